"""The slots of an archive in order of worth, kept in order as they change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Ranking:
    """Slots from best to worst; the lower slot first among equals.

    A pure function of what it holds, whatever the order in which that came. `insert` and `remove` cost a binary
    search and one move of memory; everything else is a look-up.

    Args:
        losses: one per slot, 0 up: finite, smaller is better.
    """

    def __init__(self, losses: Sequence[float]) -> None:
        self._slots = sorted(range(len(losses)), key=lambda slot: (losses[slot], slot))
        self._losses = [losses[slot] for slot in self._slots]

    def __len__(self) -> int:
        return len(self._slots)

    def __getitem__(self, rank: int) -> int:
        """Return the slot at a rank; 0 is the best."""
        return self._slots[rank]

    def insert(self, loss: float, slot: int) -> None:
        """Take in a slot that is not held."""
        rank = self._rank(loss, slot)
        self._losses.insert(rank, loss)
        self._slots.insert(rank, slot)

    def remove(self, loss: float, slot: int) -> None:
        """Let go of a slot that was taken in with this loss."""
        rank = self._rank(loss, slot)
        del self._losses[rank], self._slots[rank]

    def loss(self, rank: int) -> float:
        """Return the loss at a rank."""
        return self._losses[rank]

    def count(self, loss: float) -> int:
        """Return how many have at most this loss."""
        return bisect_right(self._losses, loss)

    def unit(self) -> float:
        """Return the distance from the best to the median loss, to the worst if that is zero; 0.0 if all are equal.

        A scale that needs no setting: it follows the objective's unit and shrinks as the elites draw level.
        """
        best = self._losses[0]
        return self._losses[len(self) // 2] - best or self._losses[-1] - best

    def _rank(self, loss: float, slot: int) -> int:
        low = bisect_left(self._losses, loss)
        return bisect_left(self._slots, slot, low, bisect_right(self._losses, loss, low))
