"""The helm: asking and telling on a run that lives in this process."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Protocol

from evo.errors import ConflictError
from evo.records import EventKind, describe_evaluation
from evo.wheel.message import Message
from evo.wheel.wish import checked_wish

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.llm.desk import Errand
    from evo.propose.prompt.context import Step
    from evo.records import Evaluation, Program, Proposal
    from evo.search.loop import Search

WAIT_SECONDS = 30.0
"""How long `ask` waits for a ticket, and `tell` for what comes of it, unless somebody says otherwise."""
_PATIENCE = 0.01
_KEEP_SECONDS = 60.0
_MOST = 1000


class Wheel(Protocol):
    """Whatever a run is asked and told through: `Helm` in its process, `RemoteHelm` from another."""

    async def ask(self, most: int = 1, *, by: str = "", wait: float = WAIT_SECONDS) -> list[dict[str, JSON]]:
        """Take up to `most` tickets for the outside; fewer, or none, where no more come within `wait` seconds."""
        ...

    async def tell(self, data: Mapping[str, object], *, wait: float = WAIT_SECONDS) -> dict[str, JSON]:
        """Tell what came of a ticket; return what the run made of it, as far as that is known within `wait` seconds."""
        ...

    async def steer(self, data: Mapping[str, object], *, by: str = "person") -> dict[str, JSON]:
        """Ask something of the tickets to come, {"do": "hint", "words": ...} and so on; return the event that it is."""
        ...


class Helm:
    """Asks and tells on a living search. Use from its event loop.

    Args:
        search: of the run.
    """

    def __init__(self, search: Search) -> None:
        self._search = search

    async def ask(self, most: int = 1, *, by: str = "", wait: float = WAIT_SECONDS) -> list[dict[str, JSON]]:
        """Take tickets for the outside; see `Wheel.ask`.

        Raises:
            ConflictError: no role of the run is answered from outside, or the run has ended.
        """
        return [self.describe(errand) for errand in await self.take(most, by=by, wait=wait)]

    async def take(self, most: int = 1, *, by: str = "", wait: float = WAIT_SECONDS) -> Sequence[Errand]:
        """Take tickets for the outside, as they lie on the desk."""
        desk = self._search.desk
        if not desk.roles:
            raise ConflictError(
                "no role of this run is answered from outside; a run that is has, for example, "
                "llms: {outside: {use: outside}} and emitters: [{use: outside}, ...]"
            )
        taken = desk.take(min(most, _MOST), by=by)
        if not taken and wait > 0:
            laid = asyncio.ensure_future(desk.laid())
            await asyncio.wait({laid}, timeout=wait)
            laid.cancel()
            taken = desk.take(min(most, _MOST), by=by)
        return taken

    async def tell(self, data: Mapping[str, object], *, wait: float = WAIT_SECONDS) -> dict[str, JSON]:
        """Tell what came of a ticket; see `Wheel.tell`. What was told is durable when this returns.

        Raises:
            ConflictError: somebody else has told, its lease is over, or the run ended before it was kept.
            NotFoundError: no such ticket waits.
            EvoError: what is told cannot be taken; the ticket still waits.
        """
        message, desk = Message.of(data), self._search.desk
        errand = desk.find(message.ticket)
        answer = message.completion(trusted=errand.request.llm in desk.trusted, measures=desk.measures)
        work = self._search.work_of(int(message.ticket)) if message.ticket.isdecimal() else None
        desk.tell(message.ticket, answer, by=message.by)
        await _kept(errand, work)
        if work is None or wait <= 0:
            return {"ticket": message.ticket, "state": "told"}
        await asyncio.wait({work}, timeout=wait)
        return {"ticket": message.ticket, **self._outcome(work)}

    async def steer(self, data: Mapping[str, object], *, by: str = "person") -> dict[str, JSON]:
        """Steer the tickets to come; see `Wheel.steer`.

        Raises:
            UsageError, NotFoundError: nothing of the kind can be asked of this run.
            ConflictError: the run ended before it could be entered.
        """
        search = self._search
        if data.get("do") == "pause":
            event = await search.enter(EventKind.NOTE, author=by, data={"text": "asked to pause"})
            search.pause_for(f"asked to by {event.author}; evo resume goes on")
        else:
            wish = checked_wish(data, programs=search.state.known, operators=search.operators, roles=search.roles)
            event = await search.enter(EventKind.STEER, author=by, data=wish)
        return {"event": event.number, "after_seq": event.after_seq, "kind": str(event.kind), "data": dict(event.data)}

    def _outcome(self, work: asyncio.Task[tuple[Proposal, Evaluation | None]]) -> dict[str, JSON]:
        if not work.done() or work.cancelled() or work.exception():
            return {"state": "told"}
        proposal, evaluation = work.result()
        found: dict[str, JSON] = {"state": "done", "outcome": str(proposal.outcome), "detail": proposal.detail}
        if proposal.program:
            found["program"] = proposal.program.id
        if proposal.repeats:
            found["detail"] = proposal.repeats.words
        return {**found, **(describe_evaluation(evaluation) if evaluation else {})}

    def describe(self, errand: Errand) -> dict[str, JSON]:
        """Return what whoever takes a ticket has to know, as plain data."""
        prompt = errand.request.prompt
        return {
            "ticket": errand.name,
            "run": self._search.header.id,
            "role": errand.request.llm,
            "lease_seconds": errand.lease,
            "until": None if errand.until == math.inf else errand.until,
            "prompt": {"system": prompt.system, "user": prompt.user},
            **self._material(errand),
        }

    def _material(self, errand: Errand) -> dict[str, JSON]:
        """Return the programs that a ticket starts from and what was tried on them; nothing for what is no ticket's."""
        assigned = self._search.assigned(int(errand.name)) if errand.name.isdecimal() else None
        if assigned is None:
            return {}
        ticket, state = assigned.ticket, self._search.state
        return {
            "operator": ticket.operator,
            "island": ticket.island,
            "direction": str(state.direction),
            "best": state.best.objective if state.best else None,
            "parents": [self._shown(each) for each in ticket.parents],
            "inspirations": [self._shown(each) for each in ticket.inspirations],
            "tried": [_tried(step) for step in state.memory.attempts(ticket.parents[0])] if ticket.parents else [],
        }

    def _shown(self, program_id: str) -> dict[str, JSON]:
        program, evaluation = self._search.library.get(program_id)
        return {"id": program.id, "files": _plain(program), **(describe_evaluation(evaluation) if evaluation else {})}

    async def settled(self) -> None:
        """Wait until every ticket under way waits for somebody: there is nothing more to come by itself."""
        while not self._search.is_idle:  # noqa: ASYNC110 - many things may settle it, and it is asked for rarely
            await asyncio.sleep(_PATIENCE)


async def _kept(errand: Errand, work: asyncio.Task[tuple[Proposal, Evaluation | None]] | None) -> None:
    """Wait until what was told is durable: whoever hears that it was told may rely on it.

    Raises:
        ConflictError: the run ended first.
    """
    await asyncio.wait({errand.kept, *([work] if work else [])}, timeout=_KEEP_SECONDS, return_when="FIRST_COMPLETED")
    if not errand.kept.done():
        raise ConflictError(f"ticket {errand.name}: the run ended before what was told was kept; tell it again")


def _plain(program: Program) -> dict[str, JSON]:
    return dict(program.files)


def _tried(step: Step) -> dict[str, JSON]:
    return {
        "program": step.program,
        "operator": step.operator,
        "summary": step.summary,
        "status": str(step.status) if step.status else None,
        "objective": step.objective,
        "delta": step.delta,
    }
