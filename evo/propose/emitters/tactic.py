"""The operator `tactic`: a version of one parent that follows an approach; made by a run's `tactics`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.emitter import AskingEmitter, Choice, Template, one_parent

if TYPE_CHECKING:
    from random import Random

    from evo.propose.emitters.emitter import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Tactic(AskingEmitter):
    """Asks for a version of one parent that follows an approach; made by the run's `tactics`, not listed by configs."""

    operator: ClassVar[str] = "tactic"
    template: ClassVar[Template | None] = Template.beside(__file__)

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose one parent by the selector."""
        return Choice(parents=one_parent(scene, rng))
