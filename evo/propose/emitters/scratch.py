"""The operator `scratch`: a program from nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
from evo.propose.emitters.emitter import Choice, check


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """Asks for a program from nothing: a seed only shows the form."""

    operator: ClassVar[str] = "scratch"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose no parent, so that it is a seed."""
        return Choice(parents=(), fresh=True)
