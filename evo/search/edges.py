"""The steps of the lineage with what each changed: from the texts and figures of both its ends."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from evo.propose.prompt.lineage import edge, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.propose.prompt.context import Edge, Step
    from evo.search.library import Library

_MOST = 4096


class Edges:
    """Makes edges when they are first shown and remembers the last ones; a function of the log alone.

    Args:
        library: knows the programs and evaluations of all commits that the steps come from.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._recent: OrderedDict[tuple[str, str], Edge] = OrderedDict()

    def between(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """Return the steps with their edges and what recurs among them; a seed and a failed answer have none."""
        return told([replace(step, edge=self._edge(step)) if step.parent and step.program else step for step in steps])

    def _edge(self, step: Step) -> Edge:
        key = step.parent, step.program
        if key not in self._recent:
            (parent, before), (child, after) = (self._library.get(program) for program in key)
            self._recent[key] = edge(parent, child, step, before=before, after=after)
            if len(self._recent) > _MOST:
                self._recent.popitem(last=False)
        return self._recent[key]


def outermost(attempts: Sequence[Step], most: int) -> tuple[Step, ...]:
    """Return up to `most` of some steps, best first: as many of the best as of the worst, the best one more."""
    if len(attempts) <= most:
        return tuple(attempts)
    best = most - most // 2
    return (*attempts[:best], *attempts[len(attempts) - most // 2 :])
