"""One labeler at work: batches at the same time, asked again, later or smaller until each tweet has its vote."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from specialist.codebook import Codebook
from specialist.labeling.answers import Vote, read_answers
from specialist.labeling.budget import Budget, BudgetReachedError
from specialist.labeling.endpoint import Endpoint
from specialist.labeling.failures import Remedy, RequestError, Usage
from specialist.labeling.journal import Journal, fingerprint, task_of
from specialist.labeling.labelers import Labeler
from specialist.labeling.request import Request, build_request


@dataclass(frozen=True)
class Patience:
    """How long to bear with an endpoint.

    Attributes
    ----------
    attempts, useless_answers
        How often the same batch is asked before it is halved, or a single tweet is given up: where the endpoint is
        in trouble, and where answers come, and are paid for, but are of no use.
    first_wait, longest_wait
        Seconds before the second attempt, and the most between two; the wait doubles each time.
    longest_asked_wait
        Seconds; an endpoint that asks for more stops its labeler.
    failures_in_row
        For each request at the same time: so many failures without one success stop the labeler.
    """

    attempts: int = 5
    useless_answers: int = 3
    first_wait: float = 1.0
    longest_wait: float = 60.0
    longest_asked_wait: float = 600.0
    failures_in_row: int = 25


@dataclass
class Report:
    """What a labeler did.

    Attributes
    ----------
    labelled, kept
        Texts labelled now, and in earlier runs.
    failed
        Texts without a vote, however often the labeler was asked, now or in earlier runs.
    waiting
        Texts that it did not come to, because it stopped.
    tokens_in, tokens_out
        As the endpoint counts them, where it does.
    cost
        Dollars; for requests whose cost cannot be known (`unknown` of them) the most it can be.
    seconds
        From the first request to the last answer.
    stopped
        Why it stopped before the end; None if it did not.
    budget_reached
        Whether that is because the budget does not allow another request.
    """

    labeler: str
    labelled: int = 0
    kept: int = 0
    failed: int = 0
    waiting: int = 0
    requests: int = 0
    unusable: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    unknown: int = 0
    seconds: float = 0.0
    stopped: str | None = None
    budget_reached: bool = False

    @property
    def tweets_per_second(self) -> float:
        """Return texts labelled a second; 0 where there was nothing to do."""
        return self.labelled / self.seconds if self.seconds else 0.0


class LabelerRun:
    """One labeler's work on a list of texts; everything that happens goes into the journal and the report."""

    def __init__(
        self,
        labeler: Labeler,
        codebook: Codebook,
        endpoint: Endpoint,
        journal: Journal,
        budget: Budget,
        report: Report,
        patience: Patience,
        advance: Callable[[int], None],
    ) -> None:
        self.report = report
        self._labeler = labeler
        self._codebook = codebook
        self._endpoint = endpoint
        self._journal = journal
        self._budget = budget
        self._patience = patience
        self._advance = advance
        self._task = task_of(labeler, codebook)
        self._slots = asyncio.Semaphore(labeler.concurrency)
        self._stopped = asyncio.Event()
        self._not_before = 0.0
        self._failures_in_row = 0

    async def label(self, texts: Sequence[str]) -> Report:
        """Label different texts; return when each has its vote, has failed, or the labeler had to stop."""
        began, failed_before = time.monotonic(), self.report.failed
        size = self._labeler.batch
        batches = [texts[start : start + size] for start in range(0, len(texts), size)]
        await asyncio.gather(*(self._finish(batch) for batch in batches))
        self.report.seconds = time.monotonic() - began if texts else 0.0
        failed = self.report.failed - failed_before
        self.report.waiting = len(texts) - self.report.labelled - failed
        return self.report

    def stop(self, reason: str) -> None:
        """Send no further request; those under way are paid for, and so come to their end."""
        self.report.stopped = self.report.stopped or reason
        self._stopped.set()

    async def _finish(self, batch: Sequence[str]) -> None:
        """See a batch through: again, later, in halves, or each tweet that remains recorded as failed."""
        async with self._slots:
            rest, failure = await self._persist(batch)
        if failure is None or not rest:
            return
        if len(rest) == 1:
            self._give_up(rest[0], failure)
            return
        middle = len(rest) // 2
        await asyncio.gather(self._finish(rest[:middle]), self._finish(rest[middle:]))

    async def _persist(self, batch: Sequence[str]) -> tuple[Sequence[str], RequestError | None]:
        """Ask until all of a batch is labelled or the same again makes no sense.

        Returns what is left of it and the last failure; no failure where the labeler has stopped.
        """
        tries: Counter[Remedy] = Counter()
        while batch and self.report.stopped is None:
            try:
                left = await self._ask(batch)
            except BudgetReachedError:
                self.report.budget_reached |= self.report.stopped is None
                self.stop(f"the budget of ${self._budget.dollars:g} does not allow another request")
                break
            except RequestError as failure:
                self._consider(failure)
                tries[failure.remedy] += 1
                if self._enough(tries):
                    return batch, None if self.report.stopped else failure
                await self._pause(failure, tries.total())
            else:
                self._failures_in_row = 0
                batch = left
                tries.clear()
        return batch, None

    def _enough(self, tries: Counter[Remedy]) -> bool:
        """Tell whether the same batch has been asked often enough; being asked to wait does not count."""
        return (
            tries[Remedy.SPLIT] > 0
            or tries[Remedy.BACK_OFF] >= self._patience.attempts
            or tries[Remedy.ASK_AGAIN] >= self._patience.useless_answers
        )

    async def _ask(self, batch: Sequence[str]) -> Sequence[str]:
        """Send one request; return those texts whose own answers were of no use.

        Raises
        ------
        RequestError
            If no text got a vote.
        BudgetReachedError
            If the request may cost more than is left.
        """
        request = build_request(self._codebook, batch, self._labeler.thinking_tokens)
        most = self._labeler.cost(request.most.tokens_in, request.most.tokens_out)
        async with self._budget.reserve(most) as charge:
            # Others may have stopped the labeler, or been asked to wait, while this request waited for money.
            await self._cool_down()
            if self.report.stopped is not None:
                charge.cost = 0.0
                return batch
            entry = self._journal.asked(self._labeler.name, most)
            usage: Usage | None = None
            votes: dict[str, Vote] = {}
            failure: RequestError | None = None
            try:
                content, usage = await self._endpoint.ask(request)
                votes, failure = self._read(content, batch, usage)
            except RequestError as error:
                usage, failure = error.usage, error
            charge.cost = most if usage is None else self._labeler.cost(usage.tokens_in, usage.tokens_out)
            problem = self._endpoint.scrub(failure.reason) if failure else None
            self._journal.settled(entry, self._task, votes, usage=usage, cost=charge.cost, problem=problem)
        self._count(request, usage, charge.cost, most, votes, failure)
        if failure and not votes:
            raise failure
        return [text for text in batch if fingerprint(text) not in votes]

    def _read(
        self, content: str, batch: Sequence[str], usage: Usage | None
    ) -> tuple[dict[str, Vote], RequestError | None]:
        """Return the votes in an answer, and where entries were of no use, a failure that names the first."""
        try:
            answers = read_answers(content, self._codebook, len(batch))
        except RequestError as error:
            raise RequestError(error.reason, error.remedy, usage) from error
        pairs = list(zip(batch, answers, strict=True))
        wrong = [answer for answer in answers if isinstance(answer, str)]
        votes = {fingerprint(text): answer for text, answer in pairs if not isinstance(answer, str)}
        return votes, RequestError(wrong[0], Remedy.ASK_AGAIN, usage) if wrong else None

    def _count(
        self,
        request: Request,
        usage: Usage | None,
        cost: float,
        most: float,
        votes: dict[str, Vote],
        failure: RequestError | None,
    ) -> None:
        report = self.report
        report.requests += 1
        report.unusable += failure is not None
        report.cost += cost
        report.unknown += usage is None
        report.tokens_in += usage.tokens_in if usage else 0
        report.tokens_out += usage.tokens_out if usage else 0
        report.labelled += len(votes)
        self._advance(len(votes))
        if cost > most and math.isfinite(self._budget.dollars):
            self.stop(
                f"its endpoint charges more than it was allowed to: {usage} for at most {request.most}, so no"
                " budget can be kept"
            )

    def _consider(self, failure: RequestError) -> None:
        """Stop the labeler where a failure says that no request can succeed."""
        self._failures_in_row += 1
        patience = self._patience
        reason = self._endpoint.scrub(failure.reason)
        if failure.remedy is Remedy.STOP:
            self.stop(reason)
        elif failure.wait is not None and failure.wait > patience.longest_asked_wait:
            self.stop(f"{reason}; it asks to wait {failure.wait / 60:,.0f} minutes")
        elif self._failures_in_row >= patience.failures_in_row * self._labeler.concurrency:
            self.stop(f"{self._failures_in_row} requests in a row failed; the last: {reason}")

    async def _pause(self, failure: RequestError, tries: int) -> None:
        """Wait before the next attempt: as long as the endpoint asks, else longer each time, with jitter."""
        if self.report.stopped is not None:
            return
        doubled = self._patience.first_wait * 2 ** min(tries - 1, 20)
        wait = min(doubled, self._patience.longest_wait) * random.uniform(0.5, 1.0)
        if failure.wait is not None:
            # What an endpoint asks for holds for all requests of the labeler; the jitter keeps them apart after it.
            wait = failure.wait + random.uniform(0.0, self._patience.first_wait)
            self._not_before = max(self._not_before, time.monotonic() + failure.wait)
        await self._sleep(wait)

    async def _cool_down(self) -> None:
        while (wait := self._not_before - time.monotonic()) > 0 and self.report.stopped is None:
            await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        """Wait, but not longer than the labeler is at work."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)

    def _give_up(self, text: str, failure: RequestError) -> None:
        self._journal.failed(self._task, fingerprint(text), self._endpoint.scrub(failure.reason))
        self.report.failed += 1
        self._advance(1)
