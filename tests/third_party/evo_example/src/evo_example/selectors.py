"""Which elites become parents."""

from dataclasses import dataclass

import evo


@dataclass(frozen=True, kw_only=True)
class Youngest:
    """The elites whose cells were filled last.

    Attributes:
        share: of the archive, in (0, 1].
    """

    share: float = 0.5

    def __post_init__(self):
        if not 0 < self.share <= 1:
            raise evo.EvoError(f"share: expected a number in (0, 1]; got {self.share}")

    def select(self, archive, k, rng):
        """Pick `k` of the youngest; the older ones where there are too few."""
        if not len(archive):
            raise evo.EvoError("cannot select from an empty archive")
        slots = list(range(len(archive)))
        young = slots[int(len(slots) * (1 - self.share)) :]
        picked = rng.sample(young, min(k, len(young)))
        picked += [slot for slot in reversed(slots) if slot not in picked][: k - len(picked)]
        return [archive[picked[i % len(picked)]] for i in range(k)]
