"""The operator `tactic`: a version of one parent that follows an approach; made by a run's `tactics`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
from evo.propose.emitters.emitter import Choice, one_parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Tactic:
    """Asks for a version of one parent that follows an approach; made by the run's `tactics`, not listed by configs."""

    operator: ClassVar[str] = "tactic"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose one parent by the selector."""
        return one_parent(archive, selector, rng, inspirations=0)
