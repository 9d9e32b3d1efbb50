"""What tests on fresh seeds tell of the programs' noise; a fold over the retests."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """The scores of one program so far.

    Attributes:
        count: how many, at least 1.
        mean: of them, in the objective's unit.
        squares: sum of the squared distances from the mean (Welford 1962).
    """

    count: int
    mean: float
    squares: float = 0.0

    def and_then(self, score: float) -> Tests:
        """Return these scores and one more."""
        count, apart = self.count + 1, score - self.mean
        mean = self.mean + apart / count
        return Tests(count=count, mean=mean, squares=self.squares + apart * (score - mean))

    @property
    def spread(self) -> float:
        """The standard deviation; 0 for a single score."""
        return math.sqrt(self.squares / (self.count - 1)) if self.count > 1 else 0.0


class Noise:
    """The tests of all programs that were tested again.

    Args:
        z: standard errors by which a newcomer has to be better.
    """

    def __init__(self, z: float) -> None:
        self._z = z
        self._tests: dict[str, Tests] = {}
        self._failed: Counter[str] = Counter()
        self._squares, self._freedom = 0.0, 0

    def tests(self, program: str) -> int:
        """Return how often a program was tested, the first time and failures included."""
        found = self._tests.get(program)
        return (found.count if found else 1) + self._failed[program]

    def fail(self, program: str) -> None:
        """Take note of a test that gave no score."""
        self._failed[program] += 1

    def observe(self, program: str, first: float, score: float) -> Tests:
        """Take in one more score of a program whose first one was `first`."""
        before = self._tests.get(program, Tests(count=1, mean=first))
        after = before.and_then(score)
        self._tests[program] = after
        self._squares += after.squares - before.squares
        self._freedom += 1
        return after

    def claim(self, error: float) -> None:
        """Take in the standard error that a judge gives with one score, 0 for none: it counts like a retest's worth.

        Of a score whose judge measures its own noise much is known before any program is tested again.
        """
        if error > 0:
            self._squares += error * error
            self._freedom += 1

    @property
    def sigma(self) -> float:
        """The standard deviation of a score, pooled over programs; 0 until the first retest, or the first claim."""
        return math.sqrt(max(0.0, self._squares) / self._freedom) if self._freedom else 0.0

    def margin(self, program: str) -> float:
        """Return by how much a single score has to be better than this program's mean."""
        return self._z * self.sigma * math.sqrt(1 + 1 / self.tests(program))
