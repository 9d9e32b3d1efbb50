"""Strategies that keep populations of their own, after published frameworks; the archives are only filled.

A ticket's pool is one parent, or the few programs that a prompt shows together, drawn when the ticket is issued. Which
population a child belongs to is that of its first parent. Nothing here is copied: each class says what it follows, and
docs/searching.md says what differs.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from evo.errors import EvoError
from evo.qd.strategies import gathered
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.islands import Archipelago
    from evo.qd.strategies import Pools
    from evo.records import Direction, Elite


@dataclass(frozen=True, slots=True, kw_only=True)
class FunSearch:
    """Populations of clusters of equal score, a softmax that cools, resets of the weaker half (Nature 625, 2024).

    After Romera-Paredes et al. 2024, doi:10.1038/s41586-023-06924-6.

    Attributes:
        populations: how many there are, at least 1.
        temperature: of the softmax over clusters, in units of the population's range of scores; over 0.
        period: commits through which it cools to nothing, at least 1; then it begins anew.
        versions: how many programs, of different clusters, a pool holds; at least 1.
        reset: commits between resets, at least 1.
    """

    selects: ClassVar[bool] = False
    history: ClassVar[bool] = True

    populations: int = 10
    temperature: float = 0.1
    period: int = 30_000
    versions: int = 2
    reset: int = 400

    def __post_init__(self) -> None:
        """Refuse options out of range."""
        _at_least_one(self, "populations", "period", "versions", "reset")
        if not 0 < self.temperature < math.inf:
            raise EvoError(f"temperature: expected a finite number, over 0; got {self.temperature}")

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return the populations, empty."""
        return _Clusters(self, archipelago, seed)


@dataclass(slots=True)
class _Population:
    """Programs by score."""

    clusters: dict[float, list[Elite]] = field(default_factory=dict[float, "list[Elite]"])
    count: int = 0

    def take(self, elite: Elite) -> None:
        self.clusters.setdefault(elite.objective, []).append(elite)
        self.count += 1

    def best(self, direction: Direction) -> Elite | None:
        if not self.clusters:
            return None
        return self.clusters[max(self.clusters, key=lambda score: direction.gain(score, 0.0))][0]


class _Clusters:
    def __init__(self, options: FunSearch, archipelago: Archipelago, seed: int) -> None:
        self._options, self._seed, self._like = options, seed, archipelago.archives[0]
        self._populations = [_Population() for _ in range(options.populations)]
        self._owner: dict[str, int] = {}
        self._seq = -1

    def pool(self, island: int) -> Archive:
        rng = stream(self._seed, "funsearch", f"{self._seq}:{island}")
        there = self._populations[rng.randrange(len(self._populations))]
        return gathered(self._like, self._versions(there, rng))

    def _versions(self, there: _Population, rng: Random) -> list[Elite]:
        """Draw programs of different clusters, the better clusters rather."""
        left = sorted(there.clusters, key=lambda score: self._like.direction.gain(0.0, score))
        if not left:
            return []
        best, span = left[0], abs(left[0] - left[-1]) or 1.0
        cooled = 1 - there.count % self._options.period / self._options.period
        heat = self._options.temperature * cooled * span
        drawn: list[Elite] = []
        while left and len(drawn) < self._options.versions:
            weights = [math.exp(-min(abs(best - score) / heat, 600.0)) for score in left]
            score = rng.choices(left, weights=weights)[0]
            left.remove(score)
            drawn.append(rng.choice(there.clusters[score]))
        return drawn

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        self._seq = seq
        if elite and not parents:
            for population in self._populations:
                population.take(elite)
        elif elite:
            # A seed belongs to all; its child goes where it is least crowded.
            fewest = min(range(len(self._populations)), key=lambda number: self._populations[number].count)
            number = self._owner.get(parents[0], fewest)
            self._owner[elite.program] = number
            self._populations[number].take(elite)
        if (seq + 1) % self._options.reset == 0:
            self._begin_again(seq)

    def _begin_again(self, seq: int) -> None:
        """Empty the weaker half; each begins again with the best of a survivor."""
        direction = self._like.direction
        bests = [population.best(direction) for population in self._populations]
        ranked = sorted(
            range(len(bests)), key=lambda i: math.inf if (e := bests[i]) is None else direction.gain(0.0, e.objective)
        )
        kept = ranked[: len(ranked) - len(ranked) // 2]
        for number in ranked[len(kept) :]:
            founder = bests[stream(self._seed, "reset", f"{seq}:{number}").choice(kept)]
            self._populations[number] = _Population()
            if founder:
                self._populations[number].take(founder)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdaEvolve:
    """Populations that explore less the more they gained; a bandit over them; a new one on stagnation (2602.20133).

    After Cemri et al. 2026, arXiv:2602.20133.

    Attributes:
        populations: how many there are at first, at least 1.
        most: how many there may be, at least `populations`.
        size: programs that a population keeps, the best, at least 2.
        decay: of the signal and of the bandit's memory, in (0, 1).
        least, greatest: bounds of the share of tickets that explore, in [0, 1].
        every: commits between migrations, at least 1.
        migrants: how many of the best go to the next population, at least 0.
        spawn: gains of a population's best per commit, over the last 60, under which a new population begins.
    """

    selects: ClassVar[bool] = False
    history: ClassVar[bool] = True

    populations: int = 2
    most: int = 5
    size: int = 20
    decay: float = 0.9
    least: float = 0.15
    greatest: float = 0.5
    every: int = 15
    migrants: int = 5
    spawn: float = 0.015

    def __post_init__(self) -> None:
        """Refuse options out of range."""
        _at_least_one(self, "populations", "size", "every")
        if self.most < self.populations:
            raise EvoError(f"most: expected an integer, at least {self.populations}; got {self.most}")
        if not 0 < self.decay < 1:
            raise EvoError(f"decay: expected a number between 0 and 1; got {self.decay}")
        if not 0 <= self.least <= self.greatest <= 1:
            raise EvoError(f"least: expected 0 <= least <= greatest <= 1; got {self.least} and {self.greatest}")
        if self.migrants < 0:
            raise EvoError(f"migrants: expected an integer, at least 0; got {self.migrants}")

    def begin(self, archipelago: Archipelago, seed: int) -> Pools:
        """Return the populations, empty."""
        return _Adapting(self, archipelago, seed)

    def intensity(self, signal: float) -> float:
        """Return the share of tickets that explore, from the accumulated signal of improvement."""
        return self.least + (self.greatest - self.least) / (1 + math.sqrt(signal + 1e-8))


_WINDOW = 60
_BEST, _UPPER = 0.7, 0.5
"""Of tickets that do not explore: the share that starts from the best, and which part of a population others see."""


@dataclass(slots=True)
class _Flock:
    """A population: its programs, best first, and what it has gained."""

    held: list[Elite] = field(default_factory=list["Elite"])
    signal: float = 0.0
    reward: float = 0.0
    visits: float = 0.0
    tries: int = 0


class _Adapting:
    def __init__(self, options: AdaEvolve, archipelago: Archipelago, seed: int) -> None:
        self._options, self._seed, self._like = options, seed, archipelago.archives[0]
        self._flocks = [_Flock() for _ in range(options.populations)]
        self._owner: dict[str, int] = {}
        self._starts: list[Elite] = []
        self._gains: list[bool] = []
        self._seq = -1

    def pool(self, island: int) -> Archive:
        rng = stream(self._seed, "adaevolve", f"{self._seq}:{island}")
        flock = self._flocks[self._next()]
        if not flock.held:
            return gathered(self._like, ())
        if rng.random() < self._options.intensity(flock.signal):
            parent = rng.choice(flock.held)
        elif rng.random() < _BEST:
            parent = flock.held[0]
        else:
            parent = rng.choice(flock.held[: max(1, int(len(flock.held) * _UPPER))])
        return gathered(self._like, (parent,))

    def _next(self) -> int:
        """Return the population with the largest upper bound of its decayed reward."""
        total = sum(flock.tries for flock in self._flocks)

        def bound(number: int) -> float:
            flock = self._flocks[number]
            if not flock.tries:
                return math.inf
            return flock.reward / flock.visits + math.sqrt(2 * math.log(total) / flock.tries)

        return max(range(len(self._flocks)), key=bound)

    def observe(self, seq: int, parents: Sequence[str], elite: Elite | None) -> None:
        self._seq = seq
        if not parents:
            if elite:
                self._starts.append(elite)
                for flock in self._flocks:
                    self._keep(flock, elite)
            return
        # A child of a seed, which all have, is the one's that has been asked least.
        fewest = min(range(len(self._flocks)), key=lambda number: self._flocks[number].tries)
        number = self._owner.get(parents[0], fewest)
        if elite:
            self._owner[elite.program] = number
        self._learn(self._flocks[number], elite)
        if (seq + 1) % self._options.every == 0:
            self._migrate()
        self._spawn(seq)

    def _learn(self, flock: _Flock, elite: Elite | None) -> None:
        decay, direction = self._options.decay, self._like.direction
        gain = direction.gain(elite.objective, flock.held[0].objective) if elite and flock.held else 0.0
        earned = 0.0
        if gain > 0:
            # Both are relative: to the population's own best for its signal, to the best of all for the bandit.
            own = gain / (abs(flock.held[0].objective) or 1.0)
            flock.signal = decay * flock.signal + (1 - decay) * own * own
            top = max((abs(each.held[0].objective) for each in self._flocks if each.held), default=0.0)
            earned = gain / (top or 1.0)
        flock.reward, flock.visits = decay * flock.reward + earned, decay * flock.visits + 1
        flock.tries += 1
        self._gains = [*self._gains[-_WINDOW + 1 :], gain > 0]
        if elite:
            self._keep(flock, elite)

    def _keep(self, flock: _Flock, elite: Elite) -> None:
        if any(each.program == elite.program for each in flock.held):
            return
        flock.held.append(elite)
        flock.held.sort(key=lambda each: self._like.direction.gain(0.0, each.objective))
        del flock.held[self._options.size :]

    def _migrate(self) -> None:
        """Send copies of the best to the next population; all are chosen before any lands."""
        leaving = [flock.held[: self._options.migrants] for flock in self._flocks]
        for number, elites in enumerate(leaving):
            following = self._flocks[(number + 1) % len(self._flocks)]
            for elite in elites:
                self._keep(following, elite)

    def _spawn(self, seq: int) -> None:
        full = len(self._gains) == _WINDOW and self._starts
        if (
            full
            and len(self._flocks) < self._options.most
            and Counter(self._gains)[True] / _WINDOW < self._options.spawn
        ):
            flock = _Flock()
            self._keep(flock, stream(self._seed, "spawn", seq).choice(self._starts))
            self._flocks.append(flock)
            self._gains = []


def _at_least_one(options: object, *names: str) -> None:
    for name in names:
        if getattr(options, name) < 1:
            raise EvoError(f"{name}: expected an integer, at least 1; got {getattr(options, name)}")
