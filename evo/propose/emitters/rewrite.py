"""The operator `rewrite`: a whole new version of one parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.errors import EvoError
from evo.propose.emitters.emitter import Choice, InspiredEmitter, Template, one_parent

if TYPE_CHECKING:
    from random import Random

    from evo.propose.emitters.emitter import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite(InspiredEmitter):
    """Asks for a whole new version of one parent.

    Attributes:
        longest: characters of the longest seed up to which it is asked, since an answer is as long as the program; at
            least 0, which is however long. Where there is nothing else to ask for it is asked all the same.
    """

    operator: ClassVar[str] = "rewrite"
    template: ClassVar[Template | None] = Template.beside(__file__)
    longest: int = 0

    def __post_init__(self) -> None:
        """Check the options."""
        InspiredEmitter.__post_init__(self)
        if self.longest < 0:
            raise EvoError(f"emitter rewrite: longest = {self.longest}; expected 0 or more")

    def able(self, scene: Scene) -> bool:
        """Tell whether programs are short enough to be written anew."""
        return not self.longest or scene.size <= self.longest

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        parents = one_parent(scene, rng)
        return self.inspired(scene, parents, rng) if parents else Choice(parents=())
