"""The operator `repair`: a program that failed, put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
from evo.propose.emitters.emitter import Choice, check, one_parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Asks what is wrong with a program that failed, and for the program put right."""

    operator: ClassVar[str] = "repair"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:
        """Choose any broken program; while there is none, a parent by the selector."""
        if broken:
            return Choice(parents=(rng.choice(broken),), fresh=True)
        return one_parent(archive, selector, rng, inspirations=0)
