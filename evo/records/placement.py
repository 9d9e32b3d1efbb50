"""Where a program landed: cells, elites, placements and migrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.records.verdicts import PlacementStatus


Cell: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elite:
    """A VALID program as an archive holds it."""

    program: str
    objective: float
    measures: Mapping[str, float]
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What became of a program on one island.

    Attributes:
        displaced: the elite that had to go, if any.
        delta: gain over the cell's former elite (positive is better), None in an empty cell.
    """

    island: int
    cell: Cell
    status: PlacementStatus
    displaced: str | None = None
    delta: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A copy of an elite sent from one island to another."""

    source: int
    program: str
    placement: Placement
