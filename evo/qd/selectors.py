"""How parents are picked from an archive. Pure: everything random comes in as `rng`.

No selector looks at the whole archive: what a pick needs (ranks, numbers of children) the archive keeps up to date, so
that a pick costs tens of microseconds whatever the number of elites.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from evo.errors import EvoError
from evo.qd.pareto import front

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.ranking import Ranking
    from evo.records import Elite


class Selector(Protocol):
    """Picks elites as parents."""

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites, distinct as long as the archive holds that many.

        Args:
            archive: not empty.
            k: at least 1.
            rng: the only source of chance.

        Raises:
            EvoError: the archive is empty.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    """Every elite is equally likely, as in the original MAP-Elites."""

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites without preference; see `Selector.select`."""
        return _distinct(archive, k, lambda: archive[rng.randrange(len(archive))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tournament:
    """The best of a few drawn without preference (Goldberg & Deb 1991).

    Attributes:
        size: how many compete, at least 1; 1 is `Uniform`.
    """

    size: int = 3

    def __post_init__(self) -> None:
        """Refuse a tournament that nobody enters."""
        _entered(self.size)

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick the winners of `k` tournaments; see `Selector.select`."""

        def winner() -> Elite:
            best = archive[rng.randrange(len(archive))]
            for _ in range(self.size - 1):
                rival = archive[rng.randrange(len(archive))]
                if archive.direction.better(rival.objective, best.objective):
                    best = rival
            return best

        return _distinct(archive, k, winner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """The elite with the least of a measure among a few drawn without preference, whatever its objective.

    For an island that seeks something else than the best objective, for example short programs.

    Attributes:
        measure: a measure of every elite; it need not be one of the island's space.
        size: how many compete, at least 1; 1 is `Uniform`.
    """

    measure: str
    size: int = 3

    def __post_init__(self) -> None:
        """Refuse a tournament that nobody enters."""
        _entered(self.size)

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick the winners of `k` tournaments; see `Selector.select`.

        Raises:
            EvoError: no elite has such a measure.
        """

        def amount(elite: Elite) -> float:
            value = elite.measures.get(self.measure)
            if value is None:
                raise EvoError(
                    f"selector.measure: expected one of {', '.join(sorted(elite.measures))}; got {self.measure!r}"
                )
            return value

        def winner() -> Elite:
            return min((archive[rng.randrange(len(archive))] for _ in range(self.size)), key=amount)

        return _distinct(archive, k, winner)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoTournament:
    """One of a few drawn without preference that none of the others dominates in all objectives together.

    After Horn, Nafpliotis & Goldberg 1994. With a single objective it is `Tournament`, but for ties.

    Attributes:
        size: how many compete, at least 1; 1 is `Uniform`.
    """

    size: int = 3

    def __post_init__(self) -> None:
        """Refuse a tournament that nobody enters."""
        _entered(self.size)

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick the winners of `k` tournaments; see `Selector.select`."""

        def winner() -> Elite:
            drawn = [archive[rng.randrange(len(archive))] for _ in range(self.size)]
            return drawn[rng.choice(front([archive.losses(elite) for elite in drawn]))]

        return _distinct(archive, k, winner)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPower:
    """The elite of rank r, counted from 1, with probability in proportion to r to the power of -exponent.

    Attributes:
        exponent: at least 0; 0 is `Uniform`, large values leave the best alone.
    """

    exponent: float = 1.0

    def __post_init__(self) -> None:
        """Refuse an exponent that prefers the worst."""
        _at_least_zero("exponent", self.exponent)

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites by rank; see `Selector.select`."""
        ranking, count = archive.ranking(), len(archive)
        sums = _power_sums(self.exponent)
        while len(sums) < count:
            sums.append((sums[-1] if sums else 0.0) + (len(sums) + 1) ** -self.exponent)

        def draw() -> Elite:
            return archive[ranking[bisect_left(sums, rng.random() * sums[count - 1], 0, count - 1)]]

        return _distinct(archive, k, draw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Softmax:
    """An elite with probability in proportion to exp(-gap / T), where gap is its distance from the best.

    T is `temperature` times the distance from the best to the median elite, so that it needs no tuning to the
    objective's unit and cools down by itself as the archive fills with good programs. Exact, by rejection: gaps are cut
    into levels of width T, a level is drawn by a bound of its weight, and an elite of it is kept with probability at
    least 1/e.

    Attributes:
        temperature: over 0; large values are `Uniform`, small ones leave the best alone.
    """

    temperature: float = 0.5

    def __post_init__(self) -> None:
        """Refuse a temperature at which nothing moves."""
        if not 0 < self.temperature < math.inf:
            raise EvoError(f"selector.temperature: expected a finite number over 0; got {self.temperature}")

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites by a Boltzmann distribution; see `Selector.select`."""
        if not len(archive):
            return _distinct(archive, k, lambda: archive[0])
        ranking = archive.ranking()
        best, width = ranking.loss(0), self.temperature * ranking.unit()
        if width == 0:
            return Uniform().select(archive, k, rng)
        ends, weights = _levels(ranking, width)

        def draw() -> Elite:
            while True:
                level = bisect_left(weights, rng.random() * weights[-1], 0, len(weights) - 1)
                start = ends[level - 1] if level else 0
                if start == ends[level]:
                    continue
                rank = start + int(rng.random() * (ends[level] - start))
                if rng.random() < math.exp(level - (ranking.loss(rank) - best) / width):
                    return archive[ranking[rank]]

        return _distinct(archive, k, draw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigmoid:
    """A good elite with few children, as in ShinkaEvolve (Lange et al. 2025, arXiv:2509.19349).

    The weight of an elite is sigmoid(sharpness * (median gap - gap) / median gap) / (1 + children), where gap is the
    distance from the best. Of `pool` elites drawn without preference one is taken in proportion to the weights; an
    archive of up to `pool` elites is weighed as a whole.

    Attributes:
        sharpness: at least 0; 0 looks at children alone.
        pool: at least 1; 1 is `Uniform`.
    """

    sharpness: float = 10.0
    pool: int = 24

    def __post_init__(self) -> None:
        """Refuse options that weigh nothing."""
        _at_least_zero("sharpness", self.sharpness)
        if self.pool < 1:
            raise EvoError(f"selector.pool: expected an integer, at least 1; got {self.pool}")

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites by worth and number of children; see `Selector.select`."""
        if not len(archive):
            return _distinct(archive, k, lambda: archive[0])
        ranking, count = archive.ranking(), len(archive)
        median = ranking.loss(count // 2)
        slope = self.sharpness / ranking.unit() if ranking.unit() else 0.0

        def draw() -> Elite:
            whole = count <= self.pool
            pool = range(count) if whole else [int(rng.random() * count) for _ in range(self.pool)]
            total, sums = 0.0, list[float]()
            for rank in pool:
                total += _sigmoid(slope * (median - ranking.loss(rank))) / (1 + archive.tries(ranking[rank]))
                sums.append(total)
            return archive[ranking[pool[bisect_left(sums, rng.random() * total, 0, len(sums) - 1)]]]

        return _distinct(archive, k, draw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratios:
    """One of the best, or anyone, by fixed ratios (as OpenEvolve does).

    Attributes:
        exploit: share of the picks that are among the best, in [0, 1]; the others are without preference.
        elites: which part of the archive those are, in (0, 1]; one elite at least.
    """

    exploit: float = 0.7
    elites: float = 0.1

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        if not 0 <= self.exploit <= 1:
            raise EvoError(f"selector.exploit: expected a number from 0 to 1; got {self.exploit}")
        if not 0 < self.elites <= 1:
            raise EvoError(f"selector.elites: expected a number over 0, at most 1; got {self.elites}")

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites by the ratios; see `Selector.select`."""
        ranking, best = archive.ranking(), max(1, int(len(archive) * self.elites))

        def draw() -> Elite:
            among = best if rng.random() < self.exploit else len(archive)
            return archive[ranking[rng.randrange(among)]]

        return _distinct(archive, k, draw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportional:
    """An elite in proportion to how far it is above the worst, as roulette wheels have it (Holland 1975).

    The worst has the weight of a hundredth of the range, so that everyone can be drawn.
    """

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites by their worth; see `Selector.select`. Exact, by rejection."""
        if not len(archive):
            return _distinct(archive, k, lambda: archive[0])
        ranking, count = archive.ranking(), len(archive)
        best, worst = ranking.loss(0), ranking.loss(count - 1)
        span = worst - best

        def draw() -> Elite:
            while True:
                rank = rng.randrange(count)
                worth = 1.0 if span == 0 else 0.01 + 0.99 * (worst - ranking.loss(rank)) / span
                if rng.random() < worth:
                    return archive[ranking[rank]]

        return _distinct(archive, k, draw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curiosity:
    """An elite whose children found a place in the archive before (Cully & Demiris 2018); see `Archive.curiosity`."""

    def select(self, archive: Archive, k: int, rng: Random) -> list[Elite]:
        """Pick `k` elites in proportion to their curiosity; see `Selector.select`."""
        weights = archive.curiosity()
        return _distinct(archive, k, lambda: archive[weights.draw(rng)])


_LEVELS = 30
"""Elites further than this many temperatures from the best share a level: together less than 1e-12 of an elite each."""


def _levels(ranking: Ranking, width: float) -> tuple[list[int], list[float]]:
    """Return where the levels of a softmax end in the ranking, and the running sums of their weights' bounds."""
    best, count = ranking.loss(0), len(ranking)
    ends, sums = list[int](), list[float]()
    start, total = 0, 0.0
    for level in range(_LEVELS + 1):
        # A gap of exactly one width may fall on either side of a border: both bounds hold for it.
        end = count if level == _LEVELS else ranking.count(best + (level + 1) * width)
        total += (end - start) * math.exp(-level)
        ends.append(end)
        sums.append(total)
        if end == count:
            break
        start = end
    return ends, sums


def _sigmoid(x: float) -> float:
    # The tail is cut where exp would overflow; a weight stays over 0.
    return 1.0 / (1.0 + math.exp(min(-x, 600.0)))


@lru_cache(maxsize=64)
def _power_sums(exponent: float) -> list[float]:
    """Return the running sums of rank to the power of -exponent, made so far; whoever needs more appends."""
    del exponent
    return []


def _at_least_zero(name: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise EvoError(f"selector.{name}: expected a finite number, at least 0; got {value}")


def _entered(size: int) -> None:
    if size < 1:
        raise EvoError(f"selector.size: expected an integer, at least 1; got {size}")


def _distinct(archive: Archive, k: int, draw: Callable[[], Elite]) -> list[Elite]:
    """Draw until `k` different elites are met; after a bounded number of repeats fill up in the archive's order."""
    if not len(archive):
        raise EvoError("cannot select from an empty archive")
    picked: dict[tuple[object, str], Elite] = {}
    for _ in range(8 * k):
        elite = draw()
        picked.setdefault((elite.cell, elite.program), elite)
        if len(picked) == k:
            return list(picked.values())
    for index in range(len(archive)):
        if len(picked) == k:
            break
        elite = archive[index]
        picked.setdefault((elite.cell, elite.program), elite)
    chosen = list(picked.values())
    return [chosen[i % len(chosen)] for i in range(k)]
