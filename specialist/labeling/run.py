"""A whole labelling: which texts each labeler still has to label, all labelers at work, and the table of votes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from specialist.codebook import Codebook
from specialist.labeling.budget import Budget
from specialist.labeling.endpoint import Endpoint
from specialist.labeling.estimate import Estimate, estimate
from specialist.labeling.journal import Journal, Past, fingerprint, open_journal, read_journal, task_of
from specialist.labeling.labeler_run import LabelerRun, Patience, Report
from specialist.labeling.labelers import Labeler

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Outcome:
    """What a labelling brought.

    Attributes
    ----------
    votes
        A row for each tweet and labeler: id, labeler, the codebook's columns, text.
    failed
        A row for each tweet and labeler that failed: id, labeler, reason, text.
    reports
        What each labeler did, counted in different texts.
    """

    votes: pd.DataFrame
    failed: pd.DataFrame
    reports: list[Report]


@dataclass(frozen=True)
class Labelling:
    """Tweets to be labelled by several labelers with one codebook.

    Attributes
    ----------
    tweets
        Preprocessed texts by the tweet's id. A text that occurs several times is asked about once.
    journal
        The file that keeps what was asked and answered; see `specialist.labeling.journal`.
    retry_failed
        Ask again about tweets for which a labeler failed in an earlier run.
    """

    tweets: Mapping[str, str]
    codebook: Codebook
    labelers: Sequence[Labeler]
    journal: Path
    retry_failed: bool = False

    def estimates(self) -> list[Estimate]:
        """Return what each labeler's remaining work will take; nothing is sent or written."""
        past = read_journal(self.journal)
        return [estimate(labeler, self.codebook, self._open(labeler, past)) for labeler in self.labelers]

    def spent(self) -> float:
        """Return the dollars that this labelling can have cost so far."""
        return read_journal(self.journal).charged

    def run(
        self,
        budget: float = float("inf"),
        advance: Callable[[int], None] = lambda _: None,
        patience: Patience | None = None,
        on_interrupt: Callable[[], None] = lambda: None,
    ) -> Outcome:
        """Let all labelers label, and return their votes, those of earlier runs included.

        Parameters
        ----------
        budget
            Dollars that all runs with this journal together may cost.
        advance
            Called with the number of texts just done by a labeler.
        on_interrupt
            Called at the first Ctrl-C, which waits for the requests under way.

        Raises
        ------
        SpecialistError
            If a key is missing, the `openai` package is not installed, or the journal cannot be used.
        OSError
            If the journal cannot be written.
        KeyboardInterrupt
            After Ctrl-C, when the requests under way have come to their end; at once after another.
        """
        with open_journal(self.journal) as journal:
            work = self._run(journal, budget, advance, patience or Patience(), on_interrupt)
            reports = asyncio.run(work)
            return self._outcome(journal.past, reports)

    async def _run(
        self,
        journal: Journal,
        dollars: float,
        advance: Callable[[int], None],
        patience: Patience,
        on_interrupt: Callable[[], None],
    ) -> list[Report]:
        endpoints = [Endpoint(labeler) for labeler in self.labelers]
        budget = Budget(dollars, journal.past.charged)
        runs, work = [], []
        for labeler, endpoint in zip(self.labelers, endpoints, strict=True):
            todo = self._open(labeler, journal.past)
            report = self._report(labeler, journal.past, todo)
            run = LabelerRun(labeler, self.codebook, endpoint, journal, budget, report, patience, advance)
            runs.append(run)
            work.append(run.label(todo))
        try:
            with _interruptible(runs, on_interrupt):
                return await asyncio.gather(*work)
        finally:
            for endpoint in endpoints:
                await endpoint.close()

    def _texts(self) -> list[str]:
        """Return the different texts, in the tweets' order."""
        return list(dict.fromkeys(self.tweets.values()))

    def _open(self, labeler: Labeler, past: Past) -> list[str]:
        """Return the texts that a labeler still has to label."""
        task = task_of(labeler, self.codebook)
        done = past.votes[task].keys() | (set() if self.retry_failed else past.failed[task].keys())
        return [text for text in self._texts() if fingerprint(text) not in done]

    def _report(self, labeler: Labeler, past: Past, todo: Sequence[str]) -> Report:
        """Return the report with which a labeler begins."""
        votes = past.votes[task_of(labeler, self.codebook)]
        texts = self._texts()
        kept = sum(fingerprint(text) in votes for text in texts)
        return Report(labeler.name, kept=kept, failed=len(texts) - kept - len(todo))

    def _outcome(self, past: Past, reports: list[Report]) -> Outcome:
        import pandas as pd

        votes: list[dict[str, object]] = []
        failed: list[dict[str, object]] = []
        for labeler in self.labelers:
            task = task_of(labeler, self.codebook)
            for tweet_id, text in self.tweets.items():
                known: dict[str, object] = {"id": tweet_id, "labeler": labeler.name}
                if vote := past.votes[task].get(fingerprint(text)):
                    votes.append({**known, **vote, "text": text})
                elif reason := past.failed[task].get(fingerprint(text)):
                    failed.append(known | {"reason": reason, "text": text})
        return Outcome(
            pd.DataFrame(votes, columns=["id", "labeler", *self.codebook.columns, "text"]),
            pd.DataFrame(failed, columns=["id", "labeler", "reason", "text"]),
            reports,
        )


@contextmanager
def _interruptible(runs: Sequence[LabelerRun], on_interrupt: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C stop the labelers once what is under way, and paid for, has been written down."""
    loop = asyncio.get_running_loop()
    interrupted = False

    def interrupt() -> None:
        nonlocal interrupted
        interrupted = True
        loop.remove_signal_handler(signal.SIGINT)
        for run in runs:
            run.stop("interrupted")
        on_interrupt()

    # Windows and threads know no such handlers; there Ctrl-C ends the run at once.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGINT, interrupt)
    yield
    if interrupted:
        raise KeyboardInterrupt
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.remove_signal_handler(signal.SIGINT)
