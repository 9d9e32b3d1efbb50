"""How a run's header says what the islands' archives look like, for readers that have no problem at hand.

Where all islands share one space, `axes` is the list of its axes. Where they differ it is a list of such lists, one for
each island.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.canonical import JSON
    from evo.store.store import RunHeader


class Outlined(Protocol):
    """A space, as far as it is drawn."""

    @property
    def outline(self) -> list[dict[str, JSON]]:
        """One entry per axis, with its name and the edges of its bins."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The archive of one island: its axes, and how many cells they make."""

    axes: list[dict[str, JSON]]
    cells: int


def outline(spaces: Sequence[Outlined]) -> list[JSON]:
    """Return what a header's `axes` holds for the spaces of the islands."""
    if all(space is spaces[0] for space in spaces):
        return [*spaces[0].outline]
    return [[*space.outline] for space in spaces]


def layouts(header: RunHeader) -> list[Layout]:
    """Return the archive of each island."""
    axes = json.loads(header.axes)
    if not (axes and isinstance(axes[0], list)):
        return [Layout(axes=axes, cells=header.cells)] * header.islands
    return [Layout(axes=own, cells=math.prod(len(axis["edges"]) - 1 for axis in own)) for own in axes]
