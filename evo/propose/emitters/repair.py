"""The operator `repair`: a program that failed, put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.emitter import AskingEmitter, Choice, Template, one_parent

if TYPE_CHECKING:
    from random import Random

    from evo.propose.emitters.emitter import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair(AskingEmitter):
    """Asks what is wrong with a program that failed, and for the program put right."""

    operator: ClassVar[str] = "repair"
    template: ClassVar[Template | None] = Template.beside(__file__)
    mends: ClassVar[bool] = True

    def able(self, scene: Scene) -> bool:
        """Tell whether something is broken."""
        return bool(scene.broken)

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose any broken program; while there is none, a parent by the selector."""
        if scene.broken:
            return Choice(parents=(rng.choice(scene.broken),), fresh=True)
        return Choice(parents=one_parent(scene, rng))
