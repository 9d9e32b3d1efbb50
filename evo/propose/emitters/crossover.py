"""The operator `crossover`: one program that joins what is good in two parents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.propose.inspirations import Inspire, best_and_others

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
from evo.propose.emitters.emitter import Choice, check


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """Asks for one program that joins what is good in two parents.

    Attributes:
        inspirations: other programs shown beside the parents, at most. inspire: which ones, as for `Diff`.
    """

    operator: ClassVar[str] = "crossover"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0
    inspirations: int = 1
    inspire: Inspire = "best"

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose two distinct parents by the selector; with one program in the archive, that one alone."""
        if not len(archive):
            return Choice(parents=())
        drawn = selector.select(archive, 2, rng)
        parents = tuple(dict.fromkeys(elite.program for elite in drawn))
        return Choice(parents=parents, inspirations=best_and_others(archive, parents, self.inspirations, rng))
