"""Who sends elites to whom."""

from dataclasses import dataclass

import evo


@dataclass(frozen=True, kw_only=True)
class Line(evo.Exchange):
    """Every island sends to the next one, the last to nobody."""

    def edges(self, count, rng):
        """Return the ways of the line."""
        return [(i, i + 1) for i in range(count - 1)]
