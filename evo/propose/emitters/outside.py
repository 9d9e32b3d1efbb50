"""The operator `outside`: a new version of one parent, by whoever asks for the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.emitters.emitter import Choice, InspiredEmitter, Template, one_parent

if TYPE_CHECKING:
    from random import Random

    from evo.propose.emitters.emitter import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class ByOutside(InspiredEmitter):
    """Lays tickets out for people and agents; the role that answers is one whose model is `outside` or `manual`."""

    operator: ClassVar[str] = "outside"
    template: ClassVar[Template | None] = Template.beside(__file__, "rewrite.j2")
    llm: str = "outside"

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        parents = one_parent(scene, rng)
        return self.inspired(scene, parents, rng) if parents else Choice(parents=())
