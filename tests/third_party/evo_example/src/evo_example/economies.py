"""Which evaluations are worth finishing."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Halfway:
    """A child that is worse than the worst whole score when half of its work is done goes no further.

    Attributes:
        least: whole curves before anything ends.
    """

    least: int = 5

    def bars(self, curves, parents):
        """Return one bar, at the middle."""
        del parents
        scores = [curve[-1][1] for curve in curves.whole.values()]
        if len(scores) < self.least:
            return ()
        worst = max(scores) if curves.direction == "minimize" else min(scores)
        return ((0.5, worst),)
