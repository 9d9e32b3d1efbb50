"""Insights: who is asked for them and for which programs, and how a ticket's context takes the answers in.

What an analyst is asked depends on the program alone: its text, its results and the step that led to it. So the answer
is the same whichever ticket asks first, and it is stored under the program. A ticket waits for the insights of its
parents, and its prompt is made from them and from the state that it was issued from: neither latencies nor the order in
which answers come can be seen in the log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo import rng
from evo.propose.insights import read
from evo.propose.prompt.builder import redacted
from evo.records import Arm, Prompt, Purpose, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.propose.prompt.builder import PromptBuilder
    from evo.propose.prompt.context import PromptContext, Shown, Step
    from evo.records import Completion
    from evo.search.edges import Edges

ANSWER_TOKENS = 1024


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
            prompt=redacted(prompt, self.secrets),
            seed=rng.derive(self.seed, Purpose.INSIGHT, shown.program.id),
            llm=self.llm,
            max_tokens=ANSWER_TOKENS,
        )


def noted(context: PromptContext, answers: Mapping[str, Completion]) -> PromptContext:
    """Return the context with what an analyst said of its programs, by program; an unusable answer says nothing."""
    notes = {program: () if isinstance(found := read(answer), str) else found for program, answer in answers.items()}
    if not any(notes.values()):
        return context
    parents = (replace(each, insights=notes.get(each.program.id, ())) for each in context.parents)
    return replace(context, parents=tuple(parents))
