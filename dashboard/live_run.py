"""Judges many tweets while the page stays usable: beside the page, batch by batch, until done or stopped."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import pandas as pd

from dashboard import live_results
from dashboard.live_results import Results
from pipeline.brands import Catalogue
from specialist.predict import Specialist

BATCHES = (32, 96, 256)  # tweets: the first answers come at once; the last size goes on to the end
UNWATCHED = 20.0  # seconds without a look, after which nobody is taken to wait any more


@dataclass
class LiveRun:
    """Tweets that are being judged.

    Attributes
    ----------
    rows, text_column
        What was asked about; see `Results`.
    error
        What went wrong, if it did.
    """

    rows: pd.DataFrame
    text_column: str
    specialist: Specialist
    catalogue: Catalogue
    error: Exception | None = None
    _parts: list[Results] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _seen: float = field(default_factory=time.monotonic)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._work, name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the present batch; what is judged stays."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait until it is over, for so many seconds at the most; return whether it is."""
        assert self._thread is not None
        self._seen = time.monotonic()
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def done(self) -> int:
        """How many tweets are judged, or found to be none that can be."""
        return sum(len(part.rows) for part in self._parts)

    def results(self) -> Results | None:
        """Return what is there so far; None before the first batch is done."""
        parts = list(self._parts)
        if not parts:
            return None
        return Results(
            self.rows.head(sum(len(part.rows) for part in parts)),
            self.text_column,
            pd.concat([part.answers for part in parts], ignore_index=True),
            sum(part.seconds for part in parts),
            parts[0].specialist,
            parts[0].thresholds,
            asked=len(self.rows),
        )

    def _work(self) -> None:
        start = 0
        try:
            while start < len(self.rows) and not self._stopped.is_set():
                size = BATCHES[min(len(self._parts), len(BATCHES) - 1)]
                batch = self.rows.iloc[start : start + size]
                self._parts.append(
                    live_results.judge(batch, self.text_column, self.specialist, self.catalogue)
                )
                start += size
                if time.monotonic() - self._seen > UNWATCHED:
                    self.stop()
        except Exception as error:  # told on the page, which asks
            self.error = error
