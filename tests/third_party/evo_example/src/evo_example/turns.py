"""Which island a ticket is for."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Each island gets a few tickets in a row.

    Attributes:
        row: how many.
    """

    row: int = 2

    def island(self, number, archives, standings):
        """Return the island of a ticket."""
        return number // self.row % len(archives)
