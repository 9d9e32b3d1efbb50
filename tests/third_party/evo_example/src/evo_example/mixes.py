"""Which emitter gets a ticket."""

from dataclasses import dataclass
from typing import ClassVar

import evo


@dataclass(frozen=True, kw_only=True)
class Winner:
    """The emitter that won most so far, now and then any one by weight.

    Attributes:
        doubt: share of the tickets that go by weight, in [0, 1].
    """

    weighted: ClassVar[bool] = False
    doubt: float = 0.5

    def pick(self, emitters, arms, rng):
        """Pick an emitter."""
        there = [each for each in emitters if each.weight > 0]
        if not there:
            raise evo.EvoError("no emitter with a weight; expected one or more")
        if rng.random() < self.doubt:
            return rng.choices(there, weights=[each.weight for each in there])[0]
        return max(there, key=lambda each: arms.wins[each.operator, each.llm])
