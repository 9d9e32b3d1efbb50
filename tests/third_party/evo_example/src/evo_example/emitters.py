"""Where programs come from: a model that is asked with a template of ours, and a rule that needs no model."""

import re
from dataclasses import dataclass
from typing import ClassVar

import evo


@dataclass(frozen=True, kw_only=True)
class Shake(evo.AskingEmitter):
    """Asks for the parent with every number moved a little.

    Attributes:
        llm: the role that answers.
        weight: its share of the tickets.
    """

    operator: ClassVar[str] = "shake"
    template: ClassVar[evo.Template | None] = evo.Template.beside(__file__, "shake.j2")

    def choose(self, scene, rng):
        """Choose one parent by the run's selector."""
        if not len(scene.archive):
            return evo.Choice(parents=())
        return evo.Choice(parents=(scene.selector.select(scene.archive, 1, rng)[0].program,))


@dataclass(frozen=True, kw_only=True)
class Halve(evo.MakingEmitter):
    """Halves the first number of the best program; no model is asked."""

    operator: ClassVar[str] = "halve"

    def choose(self, scene, rng):
        """Choose the best."""
        best = scene.archive.best()
        return evo.Choice(parents=(best.program,) if best else ())

    def make(self, scene, ticket, parents, rng):
        """Make the proposal."""
        text = re.sub(r"\d+\.\d+", lambda found: repr(float(found[0]) / 2), parents[0].text, count=1)
        return evo.Proposal(
            ticket=ticket.number,
            island=ticket.island,
            operator=ticket.operator,
            outcome=evo.Outcome.PROPOSED,
            parents=ticket.parents,
            program=evo.Program.of(text),
            summary="the first number halved",
        )
