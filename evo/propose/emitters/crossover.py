"""The operator `crossover`: one program that joins what is good in two parents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.emitter import Choice, InspiredEmitter, Template, two_parents

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
        """Choose two distinct parents by the selector; one alone where there are no two, see `two_parents`."""
        parents = two_parents(scene, rng)
        return self.inspired(scene, parents, rng) if parents else Choice(parents=())
