"""The figures of a run by name, as values."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import UsageError, nearest
from evo.figures.archive_map import archive_map
from evo.figures.costs import costs
from evo.figures.lineage import lineage
from evo.figures.operators import operators
from evo.figures.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evo.figures.figure import Figure
    from evo.store.reading.view import RunView

KINDS: Mapping[str, Callable[[RunView], Figure]] = MappingProxyType(
    {"progress": progress, "map": archive_map, "lineage": lineage, "operators": operators, "costs": costs}
)


def draw(view: RunView, kind: str) -> Figure:
    """Return a figure of a run.

    Raises:
        UsageError: no such kind; names the nearest.
    """
    if kind not in KINDS:
        raise UsageError(f"figure {kind!r}: expected {', '.join(KINDS)}{nearest(kind, KINDS)}")
    return KINDS[kind](view)
