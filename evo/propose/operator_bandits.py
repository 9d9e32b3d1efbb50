"""Which emitter a ticket gets: by weights, fixed or earned, or by a bandit over the (operator, model) arms.

A bandit sees what the commits up to the ticket's `after_seq` tell, and nothing of what is in flight. An arm's reward
lies in [0, 1] and is for an improvement: of an archive, or over the parent. Arms are compared by reward per cost, where
the cost of a ticket is declared, so that a replay does not depend on prices.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, TypeAlias

from evo.errors import EvoError
from evo.propose.emitters.emitter import pick

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from evo.propose.emitters.emitter import Emitter

Arm = tuple[str, str]
Reward: TypeAlias = Literal["placed", "gain"]


@dataclass(slots=True, kw_only=True)
class Arms:
    """How each (operator, model) arm has done so far.

    Attributes:
        tries: commits.
        wins: of them, those whose program found a place in an archive.
        gained: the sum of gain / (gain + mean gain so far) over the commits that gained something over their parent: a
            gain as large as is usual counts half, whatever the objective's unit.
    """

    tries: Counter[Arm] = field(default_factory=Counter[Arm])
    wins: Counter[Arm] = field(default_factory=Counter[Arm])
    gained: dict[Arm, float] = field(default_factory=dict[Arm, float])
    _sum: float = 0.0
    _count: int = 0

    def observe(self, operator: str, llm: str, *, won: bool, gain: float | None = None) -> None:
        """Fold the commit of a ticket that an emitter was picked for; `gain` is that over its parent, if any."""
        arm = operator, llm
        self.tries[arm] += 1
        self.wins[arm] += won
        if gain is not None and gain > 0:
            # Halves first: sums of gains near the largest double overflow.
            self._sum, self._count = self._sum + gain / 2, self._count + 1
            mean = self._sum / self._count
            self.gained[arm] = self.gained.get(arm, 0.0) + gain / 2 / (gain / 2 + mean)

    def rewards(self, arm: Arm, reward: Reward) -> float:
        """Return the sum of an arm's rewards, at most one for each of its tries."""
        return float(self.wins[arm]) if reward == "placed" else self.gained.get(arm, 0.0)


class Mix(Protocol):
    """Picks an emitter for a ticket.

    Attributes:
        weighted: whether the shares of the tickets are those of the weights, whatever comes of it.
    """

    weighted: ClassVar[bool]

    def pick(self, emitters: Sequence[Emitter], arms: Arms, rng: Random) -> Emitter:
        """Pick one of the emitters; draws from `rng` only.

        Raises:
            EvoError: no emitter, or none with a weight.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """By weight, whatever came of it."""

    weighted: ClassVar[bool] = True

    def pick(self, emitters: Sequence[Emitter], arms: Arms, rng: Random) -> Emitter:  # noqa: ARG002 - the protocol's
        """Pick in proportion to the weights."""
        return pick(emitters, rng)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ucb1:
    """The arm with the largest upper confidence bound of its reward, per cost (Auer et al. 2002).

    Attributes:
        exploration: factor of the confidence term, at least 0; the paper has the square root of 2.
        by_weight: share of the tickets that go by weight instead, in [0, 1]; it keeps tickets in flight from being all
            of one arm.
        reward: "placed" is 1 for a program that found a place in an archive; "gain" grows with what it gained over its
            parent.
    """

    weighted: ClassVar[bool] = False

    exploration: float = 0.5
    by_weight: float = 0.2
    reward: Reward = "placed"

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        _share("by_weight", self.by_weight)
        if not 0 <= self.exploration < math.inf:
            raise EvoError(f"mix.exploration: expected a finite number, at least 0; got {self.exploration}")

    def pick(self, emitters: Sequence[Emitter], arms: Arms, rng: Random) -> Emitter:
        """Pick the largest bound; arms that were never tried first, by weight."""
        total = sum(arms.tries[_arm(each)] for each in emitters)

        def bound(emitter: Emitter) -> float:
            tries = arms.tries[_arm(emitter)]
            if not tries:
                return math.inf
            mean = arms.rewards(_arm(emitter), self.reward) / tries
            return (mean + self.exploration * math.sqrt(math.log(total) / tries)) / emitter.cost

        return _best(emitters, bound, self.by_weight, rng)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thompson:
    """The arm with the largest reward per cost among draws from what is believed of each (Thompson 1933).

    Beliefs are beta distributions with a uniform prior; a reward between 0 and 1 is in part won and in part lost.

    Attributes:
        by_weight: share of the tickets that go by weight instead, in [0, 1].
        reward: as of `Ucb1`.
    """

    weighted: ClassVar[bool] = False

    by_weight: float = 0.1
    reward: Reward = "placed"

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        _share("by_weight", self.by_weight)

    def pick(self, emitters: Sequence[Emitter], arms: Arms, rng: Random) -> Emitter:
        """Pick the largest draw."""

        def drawn(emitter: Emitter) -> float:
            wins = arms.rewards(_arm(emitter), self.reward)
            return rng.betavariate(1 + wins, 1 + arms.tries[_arm(emitter)] - wins) / emitter.cost

        return _best(emitters, drawn, self.by_weight, rng)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """By weight times what an arm has earned, as a multiple of what is usual; the default.

    An arm begins with its weight alone. What it earned counts the more, the more often it was tried, and one that only
    repeats what is there falls to the floor: softer than a bandit that looks for the single best arm, where few
    tickets in a hundred gain and a wrong guess costs many.

    Attributes:
        floor: the least share of its weight that is left to an arm, in [0, 1].
        prior: tickets after which what an arm earned counts as much as what is usual, over 0.
        reward: as of `Ucb1`.
    """

    weighted: ClassVar[bool] = False

    floor: float = 0.3
    prior: float = 20.0
    reward: Reward = "placed"

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        _share("floor", self.floor)
        if not 0 < self.prior < math.inf:
            raise EvoError(f"mix.prior: expected a finite number, over 0; got {self.prior}")

    def pick(self, emitters: Sequence[Emitter], arms: Arms, rng: Random) -> Emitter:
        """Pick in proportion to weight x earned / usual, which is at least the floor."""
        there = {_arm(each) for each in emitters if each.rewarded}
        tries = sum(arms.tries[arm] for arm in there)
        usual = (sum(arms.rewards(arm, self.reward) for arm in there) + 1) / (tries + 2)

        def earned(emitter: Emitter) -> float:
            arm = _arm(emitter)
            if not emitter.rewarded:
                return 1.0
            mean = (arms.rewards(arm, self.reward) + self.prior * usual) / (arms.tries[arm] + self.prior)
            return max(self.floor, mean / usual / emitter.cost)

        weights = [each.weight * earned(each) for each in emitters]
        if sum(weights) <= 0:
            return pick(emitters, rng)
        return rng.choices(emitters, weights=weights)[0]


def _best(emitters: Sequence[Emitter], worth: Callable[[Emitter], float], by_weight: float, rng: Random) -> Emitter:
    """Return the emitter of most worth among those with a weight, drawn by weight among equals."""
    if rng.random() < by_weight:
        return pick(emitters, rng)
    weighed = [each for each in emitters if each.weight > 0]
    worths = [worth(each) for each in weighed]
    top = max(worths, default=0.0)
    return pick([each for each, value in zip(weighed, worths, strict=True) if value == top], rng)


def _arm(emitter: Emitter) -> Arm:
    return emitter.operator, emitter.llm


def _share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise EvoError(f"mix.{name}: expected a number from 0 to 1; got {value}")
