"""The hard budget in usd and tokens: the worst case of a call is set aside before the call is made.

The turn to set aside goes by ticket under `ordered`. Whether ticket t may still be paid for is then decided by what the
tickets before t cost and by nothing else: while the worst cases of those in flight leave no room, it waits until they
are settled. So the ticket at which a budget ends a run does not depend on latencies or slots.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from evo.llm.habits import Habits, Left
from evo.llm.prices import Spend
from evo.records import FOLLOW_UP, SHARED, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from evo.llm.habits import Shrinks
    from evo.records import Completion, Request

_SLACK = 1e-9
"""Room for the rounding of sums, in parts of the budget."""


class BudgetSpent(Exception):  # noqa: N818 - not an error: a run that has used up its budget has finished
    """A call could pass a budget, so it was not made.

    Attributes:
        key: "usd" or "tokens".
    """

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


_Call: TypeAlias = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What a request can come to.

    Attributes:
        worst: the most that it can cost itself.
        further: the most that each request can cost which may follow it, by `Request.attempt`, the likeliest first.
    """

    worst: Spend
    further: Mapping[int, Spend] = field(default_factory=dict[int, Spend])


class Ledger:
    """What a run has spent, what is set aside for calls in flight, and what it may spend.

    Attributes:
        foresee: returns what a request for a proposal can cost at most, and those that may follow it; None where
            nobody knows.

    Args:
        usd: most money, None for no limit.
        tokens: most tokens, prompts and answers together, None for no limit.
        spent: what earlier sessions have spent on what is committed.
        ordered: give the turns to set aside by ticket.
        paid: hashes of the requests whose answers several tickets may use and that `spent` has in it.
        habits: what each role's model has taken on what is committed.
    """

    def __init__(
        self,
        *,
        usd: float | None = None,
        tokens: int | None = None,
        spent: Spend | None = None,
        ordered: bool = False,
        paid: Iterable[str] = (),
        habits: Mapping[str, Habits] | None = None,
    ) -> None:
        self._usd, self._tokens = usd, tokens
        self._bounded = usd is not None or tokens is not None
        self._ordered = ordered and self._bounded
        self.spent = spent or Spend()
        self._held: dict[_Call, Spend] = {}
        self._per_try: dict[_Call, Spend] = {}  # what was set aside for one of its tries
        self._lost: dict[_Call, Spend] = {}  # what failed tries came to, until their call ends
        self._unsettled: set[int] = set()  # tickets that are expected and have not ended
        self._unturned: set[int] = set()  # those of them that have not had their turn
        self._over: str | None = None
        self._paid = set(paid)
        self._habits = dict(habits or {})
        self._payers: dict[_Call, int] = {}  # tickets in whose turn calls are made that others share
        self._moved = asyncio.Condition()
        self.foresee: Callable[[Request], Foreseen | None] = _nothing

    @property
    def bounded(self) -> bool:
        """Whether there is a limit that must not be passed."""
        return self._bounded

    def habits(self, role: str) -> Habits:
        """Return what is known of a role's model."""
        return self._habits.setdefault(role, Habits())

    def expect(self, ticket: int) -> None:
        """Announce a ticket that may ask a model, before it can do so; no later one goes before it."""
        if self._ordered:
            self._unsettled.add(ticket)
            self._unturned.add(ticket)

    async def done(self, ticket: int) -> None:
        """Take note that a ticket asks nothing any more, whether or not it did."""
        if self._ordered and ticket in self._unsettled:
            self._unsettled.discard(ticket)
            self._unturned.discard(ticket)
            await self._notify()

    async def turn(self, ticket: int, shared: Request) -> None:
        """Wait until it is a ticket's turn to pay for an answer that later ones may use as well.

        The turn stays the ticket's own until its proposal is paid for, so whoever comes first in order pays.
        """
        if self._ordered and ticket in self._unsettled:
            async with self._moved:
                await self._moved.wait_for(lambda: not any(other < ticket for other in self._unturned))
            self._payers[_call(shared)] = ticket

    async def reserve(self, request: Request, worst: Spend, shrink: Shrinks | None = None) -> int | None:
        """Set the worst case of a call aside.

        Args:
            request: what will be asked.
            worst: the most that it can cost.
            shrink: finds a shorter answer that what is left still pays for; asked once nothing in flight can make
                room any more, so that what it says depends on the tickets before this one alone.

        Returns:
            The most tokens of the answer where they are fewer than was asked for, else None.

        Raises:
            BudgetSpent: it could pass a budget, whatever the calls in flight come to; so will every later one.
        """
        if not self._bounded:
            return None
        ticket = self._ticket(request)
        if self.follows(request):
            return self._taken_up(request, worst, shrink)
        async with self._moved:
            if ticket is not None:
                await self._moved.wait_for(lambda: not any(other < ticket for other in self._unturned))
            ahead = self._ahead(request)
            whole = sum(ahead.values(), worst)
            await self._moved.wait_for(lambda: self._over or not self._lacks(whole) or self._decided(ticket))
            lacking, cap = self._over or self._lacks(worst), None
            if lacking and shrink and not self._over and (shorter := shrink(self._left())):
                lacking, (cap, worst) = None, shorter
            if lacking is None:
                self._held[_call(request)] = self._per_try[_call(request)] = worst
                self._hold_ahead(ahead)
            self._over = lacking
            if ticket is not None and request.purpose == Purpose.PROPOSE:
                self._unturned.discard(ticket)
            self._moved.notify_all()
        if lacking:
            raise BudgetSpent(lacking)
        return cap

    def follows(self, request: Request) -> bool:
        """Tell whether room was set aside for a request when the first of its ticket was made; so without a budget."""
        return request.attempt > 0 and (not self._bounded or _call(request) in self._held)

    def follows_now(self, request: Request) -> bool:
        """Tell the same of one for which room may still be found, where the order of tickets does not matter."""
        if self.follows(request) or self._ordered or not (foreseen := self.foresee(request)):
            return self.follows(request)
        if self._lacks(foreseen.worst):
            return False
        self._held[_call(request)] = foreseen.worst
        return True

    def _taken_up(self, request: Request, worst: Spend, shrink: Shrinks | None) -> int | None:
        """Take what was set aside; where its model turned out to need more since, what that pays for."""
        call, cap = _call(request), None
        usd, tokens = self._held[call].usd, self._held[call].tokens
        if shrink and (worst.usd > usd or worst.tokens > tokens):
            cap, worst = shrink(Left(usd=usd, tokens=tokens, share=1.0)) or (None, worst)
        self._held[call] = self._per_try[call] = worst
        return cap

    async def forgo(self, request: Request, *attempts: int) -> None:
        """Free what was set aside for further requests of a ticket that are not made.

        Args:
            request: one of the ticket's.
            attempts: of those that are not made.
        """
        freed = [self._held.pop((request.purpose, request.subject, attempt), None) for attempt in attempts]
        if any(freed):
            await self._notify()

    def _ahead(self, request: Request) -> dict[_Call, Spend]:
        """Return what may follow a request and is set aside with it: by arrival, draws find their room when it comes.

        To wait for room that is most probably not needed would be to wait for all that is in flight.
        """
        foreseen = self.foresee(request)
        if foreseen is None:
            return {}
        return {
            (request.purpose, request.subject, attempt): worst
            for attempt, worst in foreseen.further.items()
            if self._ordered or attempt >= FOLLOW_UP
        }

    def _hold_ahead(self, ahead: Mapping[_Call, Spend]) -> None:
        """Set aside what may follow, where there is room: whether it may is decided at the first request's turn."""
        for call, worst in ahead.items():
            if not self._lacks(worst):
                self._held[call] = worst

    def bound(self, request: Request, worst: Spend) -> Spend:
        """Return the most that a try of a call can cost: its worst case, or the less that was set aside for one."""
        held = self._per_try.get(_call(request), worst)
        return Spend(usd=min(worst.usd, held.usd), tokens=min(worst.tokens, held.tokens))

    def extend(self, request: Request, more: Spend, *, lost: Spend | None = None) -> bool:
        """Note what a try came to that was of no use, and set as much aside for the next one.

        Args:
            request: what was asked.
            more: what the next try can cost at most.
            lost: what the last one came to, where that is known; None for as much.

        Returns:
            Whether there is room.
        """
        call = _call(request)
        self._lost[call] = self._lost.get(call, Spend()) + (more if lost is None else lost)
        if self._bounded:
            if self._lacks(more):
                return False
            self._held[call] = self._held.get(call, Spend()) + more
        return True

    async def settle(self, request: Request, completion: Completion | None) -> None:
        """Charge what a call cost, None when it was given up, and free what was set aside for it."""
        self._held.pop(_call(request), None)
        self._per_try.pop(_call(request), None)
        if completion is not None and request.purpose in SHARED:
            self._paid.add(request.hash)
        lost = self._lost.pop(_call(request), Spend())
        if completion is not None:
            if self._bounded:
                self.habits(request.llm).learn(request, completion)
            tokens = completion.prompt_tokens + completion.completion_tokens
            self.spent += Spend(usd=completion.cost_usd, tokens=tokens)
        else:
            self.spent += lost
        if self._bounded:
            await self._notify()

    async def charge_stored(self, request: Request, completion: Completion) -> None:
        """Charge an answer of an earlier session that no commit has used yet, at its ticket's turn.

        What no commit ever uses (a judge's answer) was charged when it came, or when the run was taken up.
        """
        if request.purpose not in list(Purpose) or request.hash in self._paid:
            return
        ticket = self._ticket(request)
        if ticket is not None:
            async with self._moved:
                await self._moved.wait_for(lambda: not any(other < ticket for other in self._unturned))
                if (foreseen := self.foresee(request)) and not self.follows(request):
                    # As when it was asked: with the worst case, not with what it came to.
                    ahead = self._ahead(request)
                    whole = sum(ahead.values(), foreseen.worst)
                    await self._moved.wait_for(lambda: not self._lacks(whole) or self._decided(ticket))
                    self._held[_call(request)] = foreseen.worst
                    self._hold_ahead(ahead)
                if request.purpose == Purpose.PROPOSE:
                    self._unturned.discard(ticket)
        else:
            self._hold_ahead(self._ahead(request))
        await self.settle(request, completion)

    def _ticket(self, request: Request) -> int | None:
        if not self._ordered:
            return None
        own = request.purpose == Purpose.PROPOSE and request.subject.isdecimal()
        ticket = int(request.subject) if own else self._payers.get(_call(request))
        return ticket if ticket in self._unsettled else None

    def _decided(self, ticket: int | None) -> bool:
        """Tell whether nothing in flight can still make room."""
        if ticket is None:
            return not self._held
        return not any(other < ticket for other in self._unsettled)

    def _left(self) -> Left:
        held = sum(self._held.values(), self.spent)
        usd = math.inf if self._usd is None else self._usd - held.usd
        tokens = math.inf if self._tokens is None else self._tokens - held.tokens
        shares = [left / most for left, most in ((usd, self._usd), (tokens, self._tokens)) if most]
        return Left(usd=usd, tokens=tokens, share=min(shares, default=0.0))

    def _lacks(self, worst: Spend) -> str | None:
        held = sum(self._held.values(), Spend())
        if self._usd is not None and self.spent.usd + held.usd + worst.usd > self._usd * (1 + _SLACK):
            return "usd"
        if self._tokens is not None and self.spent.tokens + held.tokens + worst.tokens > self._tokens:
            return "tokens"
        return None

    async def _notify(self) -> None:
        async with self._moved:
            self._moved.notify_all()


def _nothing(request: Request) -> Foreseen | None:
    del request


def _call(request: Request) -> _Call:
    # Not the hash: an ensemble changes the temperature on the way.
    return request.purpose, request.subject, request.attempt
