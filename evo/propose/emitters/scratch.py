"""The operator `scratch`: a program from nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.emitter import AskingEmitter, Choice, Template

if TYPE_CHECKING:
    from random import Random

    from evo.propose.emitters.emitter import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch(AskingEmitter):
    """Asks for a program from nothing: a seed only shows the form."""

    operator: ClassVar[str] = "scratch"
    template: ClassVar[Template | None] = Template.beside(__file__)

    def choose(self, scene: Scene, rng: Random) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose no parent, so that it is a seed."""
        return Choice(parents=(), fresh=True)
