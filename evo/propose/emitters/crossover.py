"""The operator `crossover`: one program that joins what is good in two parents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.emitter import Choice, InspiredEmitter, Template

if TYPE_CHECKING:
    from random import Random

    from evo.propose.emitters.emitter import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover(InspiredEmitter):
    """Asks for one program that joins what is good in two parents.

    Attributes:
        inspirations: other programs shown beside the parents, at most.
    """

    operator: ClassVar[str] = "crossover"
    template: ClassVar[Template | None] = Template.beside(__file__)
    inspirations: int = 1

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose two distinct parents by the selector; with one program in the archive, that one alone."""
        if not len(scene.archive):
            return Choice(parents=())
        chosen = scene.selector.select(scene.archive, 2, rng)
        return self.inspired(scene, tuple(dict.fromkeys(elite.program for elite in chosen)), rng)
