"""Insights: who is asked for them, for which programs, and how tickets that want the same share one answer.

What an analyst is asked depends on the program alone: its text, its results and the step that led to it. So the answer
is the same whichever ticket asks first, and it is stored under the program. A ticket waits for the insights of its
parents, and its prompt is made from them and from the state that it was issued from: neither latencies nor the order in
which answers come can be seen in the log.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from evo import rng
from evo.canonical import fingerprint
from evo.propose.insights import Insight, read
from evo.records import Prompt, Request
from evo.text import redact
from evo.verdicts import Arm, Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.llm.client import LLMClient
    from evo.llm.meter import Ledger
    from evo.propose.context import Shown, Step
    from evo.propose.prompt import PromptBuilder
    from evo.records import Evaluation, Proposal
    from evo.search.edges import Edges

ANSWER_TOKENS = 1024
_KEPT = 1024

Notes: TypeAlias = "Mapping[str, tuple[Insight, ...]]"
"""Program id -> what was noted of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyst:
    """Decides, when a ticket is issued, what is asked about its parents. Pure.

    Attributes:
        seed: of the run.
        share: of the tickets that are shown insights.
        llm: the role that is asked.
        most: tokens of its prompts, None for no limit.
        secrets: what no prompt may show.
    """

    seed: int
    share: float
    llm: str
    prompts: PromptBuilder
    edges: Edges
    most: int | None = None
    secrets: Sequence[str] = ()

    def arm(self, ticket: int) -> Arm:
        """Draw whether a ticket is shown insights."""
        shown = rng.stream(self.seed, "insights", ticket).random() < self.share
        return Arm.SHOWN if shown else Arm.WITHHELD

    def request(self, shown: Shown, step: Step) -> Request | None:
        """Return what is asked about a program; None where it has no room.

        Args:
            shown: a scored program, as it was committed first.
            step: that brought it.
        """
        prompt = self.prompts.analysis(shown, self.edges.between([step]) if step.parent else (), self.most)
        if not isinstance(prompt, Prompt):
            return None
        return Request(
            purpose=Purpose.INSIGHT,
            subject=shown.program.id,
            prompt=Prompt(system=redact(prompt.system, self.secrets), user=redact(prompt.user, self.secrets)),
            seed=rng.derive(self.seed, Purpose.INSIGHT, shown.program.id),
            llm=self.llm,
            max_tokens=ANSWER_TOKENS,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A proposal's request that cannot be made before insights are there.

    Attributes:
        analyses: what is asked first, by program, in the order of the parents.
        ask: makes the request from the notes; a proposal where there is nothing to ask after all.
    """

    analyses: Mapping[str, Request]
    ask: Callable[[Notes], Request | Proposal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An insight's request and answer as the log names them, and what could be read of it."""

    request: str
    answer: str
    notes: tuple[Insight, ...]


class Analyses:
    """Asks for insights, each once however many tickets want it.

    Args:
        llms: the run's models by role; their answers are durable before they are read here.
        ledger: gives the turn to pay.
    """

    def __init__(self, llms: Mapping[str, LLMClient], ledger: Ledger) -> None:
        self._llms, self._ledger = llms, ledger
        self._tasks: OrderedDict[str, asyncio.Task[Answered]] = OrderedDict()

    async def settled(
        self, ticket: int, asked: Request | Proposal | Question
    ) -> tuple[Request | Proposal, tuple[Answered, ...]]:
        """Return the ticket's request with the insights that it rests upon.

        Raises:
            LLMError: no model can be asked any more.
            BudgetSpent: an insight could pass a budget.
        """
        if not isinstance(asked, Question):
            return asked, ()
        # One after the other: a ticket holds one slot, so it has one call in flight.
        found = {program: await self._answered(ticket, request) for program, request in asked.analyses.items()}
        return asked.ask({program: each.notes for program, each in found.items()}), tuple(found.values())

    async def _answered(self, ticket: int, request: Request) -> Answered:
        await self._ledger.turn(ticket, request)
        task = self._tasks.get(request.hash)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = asyncio.create_task(self._ask(request))
            task.add_done_callback(seen)
            self._tasks[request.hash] = task
            self._forget()
        # Shielded: of two tickets that share an answer, one may be cancelled without the other.
        return await asyncio.shield(task)

    async def _ask(self, request: Request) -> Answered:
        completion = await self._llms[request.llm].complete(request)
        notes = read(completion)
        return Answered(
            request=request.hash,
            answer=fingerprint(completion.text),
            notes=() if isinstance(notes, str) else notes,
        )

    def _forget(self) -> None:
        """Let go of the oldest answers; they are in the store."""
        while len(self._tasks) > _KEPT:
            oldest = next(iter(self._tasks))
            if not self._tasks[oldest].done():
                return
            del self._tasks[oldest]

    async def close(self) -> None:
        """Cancel what is still asked and wait until it is over."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def seen(task: asyncio.Task[Answered] | asyncio.Task[Evaluation]) -> None:
    """Look at how something shared ended: all who waited for it may have been cancelled."""
    if not task.cancelled():
        task.exception()


def resting(proposal: Proposal, answered: Sequence[Answered], arm: Arm | None) -> Proposal:
    """Return the proposal with the insights that it rests upon before its own request, and its arm."""
    if arm is None:
        return proposal
    return replace(
        proposal,
        requests=(*(each.request for each in answered), *proposal.requests),
        answers=(*(each.answer for each in answered), *proposal.answers),
        arm=arm,
    )
