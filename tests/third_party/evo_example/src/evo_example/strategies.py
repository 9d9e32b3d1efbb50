"""Where parents come from."""

from collections import deque
from dataclasses import dataclass, replace
from typing import ClassVar

import evo


@dataclass(frozen=True, kw_only=True)
class Latest:
    """The last few VALID programs are the pool, however good.

    Attributes:
        keep: how many.
    """

    selects: ClassVar[bool] = True
    history: ClassVar[bool] = True
    keep: int = 8

    def begin(self, archipelago, seed):
        """Return the pool, empty."""
        return LatestPool(archipelago.archives[0], self.keep)


class LatestPool:
    """The pool after some commit."""

    def __init__(self, like, keep):
        self._like, self._kept = like, deque(maxlen=keep)

    def pool(self, island):
        """Return the same pool for every island."""
        held = evo.Archive(self._like.space, self._like.direction)
        for number, elite in enumerate(self._kept):
            held.add(replace(elite, cell=(number,)))
        return held

    def observe(self, seq, parents, elite):
        """Fold a commit."""
        if elite:
            self._kept.append(elite)
