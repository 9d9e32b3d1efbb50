"""The desk: where requests lie that somebody outside answers, a person or an agent, until they are answered.

Who asks takes a request from it, under a lease; who tells puts the answer down. The first answer counts, whoever has
taken the request. What nobody has answered when its lease is over ends as an answer that says so.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evo.errors import ConflictError, NotFoundError
from evo.records import Completion, Finish, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from evo.records import Request

_KEPT = 4096


@dataclass(slots=True, kw_only=True, eq=False)
class Errand:
    """A request on the desk.

    Attributes:
        name: what it is called by: the number of its ticket, or purpose and subject of what is no ticket's.
        lease: seconds that whoever takes it has; None for ever.
        until: Unix time in seconds at which it lapses; inf for never.
        taken: whether somebody has it.
        by: who took it, as they call themselves.
        kept: done once what was told is durable.
    """

    name: str
    request: Request
    lease: float | None
    until: float
    taken: bool = False
    by: str = ""
    answer: asyncio.Future[Completion] = field(repr=False)
    kept: asyncio.Future[None] = field(repr=False)


def errand_name(request: Request) -> str:
    """Return what a request is called by on the desk."""
    return request.subject if request.purpose == Purpose.PROPOSE else f"{request.purpose}:{request.subject}"


class Desk:
    """The requests of one run that wait for somebody outside. Use from one event loop.

    Args:
        leases: name -> Unix time at which what was taken in an earlier session lapses.
        roles: those of the run's models whose requests lie here.
        trusted: those of them whose answers may tell a score that counts.
        measures: those that every score of the run comes with.
        clock: returns Unix time in seconds.
    """

    def __init__(
        self,
        leases: Mapping[str, float] | None = None,
        *,
        roles: frozenset[str] = frozenset(),
        trusted: frozenset[str] = frozenset(),
        measures: Collection[str] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.roles, self.trusted, self.measures = roles, trusted, measures
        self._clock = clock
        self._leases = dict(leases or {})
        self._waiting: dict[str, Errand] = {}
        self._ended: OrderedDict[str, str] = OrderedDict()
        self._unkept: dict[str, Errand] = {}
        self._laid = asyncio.Event()

    @property
    def waiting(self) -> Sequence[Errand]:
        """What waits for an answer, taken or not, in the order in which it was laid down."""
        return [*self._waiting.values()]

    @property
    def leases(self) -> Mapping[str, float]:
        """Name -> when it lapses, of what is taken and was neither told nor has lapsed."""
        here = {each.name: each.until for each in self._waiting.values() if each.taken}
        return {**self._leases, **here}

    async def answered(self, request: Request, lease: float | None) -> Completion:
        """Lay a request down and wait for its answer, or for the end of its lease."""
        name, now = errand_name(request), self._clock()
        until = self._leases.pop(name, None)
        errand = Errand(
            name=name,
            request=request,
            lease=lease,
            until=until or (math.inf if lease is None else now + lease),
            taken=until is not None,
            answer=asyncio.get_running_loop().create_future(),
            kept=asyncio.get_running_loop().create_future(),
        )
        self._waiting[name] = errand
        self._laid.set()
        try:
            while not errand.answer.done():
                left = errand.until - self._clock()
                if left <= 0:
                    self._end(name, "has lapsed")
                    return _lapsed(errand)
                await asyncio.wait({errand.answer}, timeout=None if left == math.inf else left)
            return errand.answer.result()
        finally:
            self._waiting.pop(name, None)
            if errand.taken and not errand.answer.done() and name not in self._ended:
                self._leases[name] = errand.until

    def take(self, most: int = 1, *, by: str = "") -> list[Errand]:
        """Take up to `most` requests that nobody has; their leases begin now."""
        free = [each for each in self._waiting.values() if not each.taken and not each.answer.done()][:most]
        for each in free:
            each.taken, each.by = True, by
            each.until = math.inf if each.lease is None else self._clock() + each.lease
            # Whoever waits for the answer looks at the clock again when it was to lapse, and sees the later time.
        return free

    def find(self, name: str) -> Errand:
        """Return what waits under a name.

        Raises:
            ConflictError: it was there, and has been answered or has lapsed.
            NotFoundError: nothing of that name is here.
        """
        errand = self._waiting.get(name)
        if errand is None or errand.answer.done():
            if how := self._ended.get(name):
                raise ConflictError(f"ticket {name} {how}; ask for another one")
            raise NotFoundError(f"no ticket {name} waits for the outside: it has ended, or never was; ask for one")
        return errand

    def tell(self, name: str, answer: Completion, *, by: str = "") -> Errand:
        """Answer a request; the first answer counts.

        Raises:
            ConflictError, NotFoundError: as `find`.
        """
        errand = self.find(name)
        self._unkept[errand.request.hash] = errand
        errand.answer.set_result(answer)
        self._end(name, f"was told already{f' by {by}' if by else ''}")
        return errand

    def keep(self, request: Request) -> None:
        """Take note that the answer to a request is durable; whoever told it may be told so now."""
        errand = self._unkept.pop(request.hash, None)
        if errand and not errand.kept.done():
            errand.kept.set_result(None)

    async def laid(self) -> None:
        """Wait until something is laid down that nobody has taken."""
        while not any(not each.taken and not each.answer.done() for each in self._waiting.values()):
            self._laid.clear()
            await self._laid.wait()

    def _end(self, name: str, how: str) -> None:
        self._ended[name] = how
        while len(self._ended) > _KEPT:
            self._ended.popitem(last=False)


def _lapsed(errand: Errand) -> Completion:
    whose = f"taken{f' by {errand.by}' if errand.by else ''} and not told" if errand.taken else "taken by nobody"
    return Completion(text="", finish=Finish.LAPSED, detail=f"the lease is over: {whose} within {errand.lease:g} s")
