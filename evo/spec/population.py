"""The part of a declared run that says how programs are kept: archives and islands."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from evo.errors import EvoError
from evo.spec.component import Component
from evo.spec.validation import Cells, Count, Few, NotNegative  # noqa: TC001 - read at run time, as kinds of fields

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisSpec:
    """How one measure divides the archive.

    Attributes:
        cells: intervals between its low and high; a CVT has its own number of cells.
        scale: whether the intervals have equal lengths or equal ratios.
        values: the measure names kinds: one cell for each of these, and one for anything else; for a grid alone.
            `cells` and `scale` do not count then.
    """

    cells: Few = 16
    scale: Literal["linear", "log"] = "linear"
    values: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse kinds that cannot be told apart.

        Raises:
            EvoError: no value, or one twice.
        """
        if self.values is not None and not 0 < len(set(self.values)) == len(self.values):
            raise EvoError(f"values: expected different numbers, at least one; got {list(self.values)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSpec:
    """How programs are kept apart on every island.

    Attributes:
        measures: which ones span the archive; empty means all of the problem's, as `AxisSpec` has it by default.
        use: "grid" divides each measure by itself; "cvt" spreads `cells` cells evenly over all of them.
        cells: of a CVT.
        per_cell: how many of the best programs a cell keeps.
        margin: how much better a program has to be to displace another, in the objective's unit: the score's noise.
        replacement: who may take a place: `objective`, `pareto` (a cell keeps a front) or `beyond_noise`.
    """

    measures: Mapping[str, AxisSpec] = field(default_factory=lambda: MappingProxyType({}))
    use: Literal["grid", "cvt"] = "grid"
    cells: Cells = 256
    per_cell: Few = 1
    margin: NotNegative = 0.0
    replacement: Component = field(default_factory=lambda: Component(use="objective"))


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationSpec:
    """Copies of elites between islands: `migrants` of them each time `every` further commits are folded.

    Attributes:
        use: who sends to whom; with "random" each island sends to another one that is drawn anew each time.
        choose: which elites travel.
    """

    use: Literal["ring", "star", "complete", "random", "none"] = "ring"
    every: Count = 20
    migrants: Count = 1
    choose: Literal["best", "random", "pareto"] = "best"


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandsSpec:
    """How many archives evolve side by side, and what they exchange."""

    count: Few = 2
    migration: MigrationSpec = field(default_factory=MigrationSpec)
