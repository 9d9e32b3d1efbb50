"""The operator `rewrite`: a whole new version of one parent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.inspirations import Inspire  # noqa: TC001 - read at run time, as the kind of a field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
from evo.propose.emitters.emitter import Choice, check, one_parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Asks for a whole new version of one parent.

    Attributes:
        inspirations: other programs shown beside the parent, at most. inspire: which ones, see `inspirations.Inspire`.
    """

    operator: ClassVar[str] = "rewrite"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0
    inspirations: int = 2
    inspire: Inspire = "best"

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        return one_parent(archive, selector, rng, inspirations=self.inspirations)
