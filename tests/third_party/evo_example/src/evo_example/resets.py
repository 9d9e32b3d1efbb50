"""Which islands begin again."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Weakest:
    """The island with the fewest elites begins again from the one with the most.

    Attributes:
        every: commits between resets.
    """

    every: int = 20

    def due(self, seq, archives):
        """Return (island, survivor)."""
        order = sorted(range(len(archives)), key=lambda island: len(archives[island]))
        few, most = order[0], order[-1]
        due = (seq + 1) % self.every == 0 and few != most and len(archives[most])
        return [(few, most)] if due else []
