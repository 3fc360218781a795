"""A budget in dollars that is never exceeded: each request sets aside the most it can cost before it is sent."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


class BudgetReachedError(Exception):
    """What is left of the budget is less than the next request can cost."""


@dataclass
class Charge:
    """What a request costs, in dollars; until that is known, the most it can cost."""

    cost: float


class Budget:
    """Dollars that requests at the same time share.

    Attributes
    ----------
    dollars
        What may be spent; infinite for no limit.
    spent
        What has been charged so far, in dollars.
    """

    def __init__(self, dollars: float, spent: float) -> None:
        self.dollars = dollars
        self.spent = spent
        self._set_aside: list[float] = []
        self._charged = asyncio.Event()

    @asynccontextmanager
    async def reserve(self, most: float) -> AsyncIterator[Charge]:
        """Set aside the most that a request can cost; at the end charge what the caller found that it did cost.

        Where it does not fit, this waits for requests under way, since they mostly cost less than they could.

        Raises
        ------
        BudgetReachedError
            If it does not fit, and nothing under way can change that.
        """
        while math.fsum([self.spent, *self._set_aside, most]) > self.dollars:
            if self.spent + most > self.dollars:
                raise BudgetReachedError
            await self._charged.wait()
        self._set_aside.append(most)
        charge = Charge(most)
        try:
            yield charge
        finally:
            self._set_aside.remove(most)
            self.spent += charge.cost
            self._charged.set()
            self._charged = asyncio.Event()
