"""Which evaluations end before they are whole: bars that a program's score so far has to reach on its way.

A judge that tells its progress makes a curve: the score so far over the fraction of the work. Bars are decided when a
ticket is issued, from the curves of the log up to there; the judge's process holds them against the program's own. So
what ends early is a function of the program, the rule and the log, whatever runs beside it.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from evo.errors import EvoError
from evo.records import Direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.records import Bars, Curve

_WHOLE_MAX, _ENDED_MAX = 1024, 512
_CLOSE = 1e-9


class Curves:
    """How the scores of committed programs went, as a fold over the commits. Memory is bounded.

    Attributes:
        whole: program -> curve up to 1, of the newest VALID programs and of the best, oldest first.
        ended: curves of the newest programs that ended early, oldest first.
        best: the program with the best whole curve, the earliest of equals; "" before the first.

    Args:
        direction: which scores are better.
    """

    def __init__(self, direction: Direction) -> None:
        self.direction = direction
        self.whole: OrderedDict[str, Curve] = OrderedDict()
        self.ended: deque[Curve] = deque(maxlen=_ENDED_MAX)
        self.best = ""

    def observe(self, program: str, curve: Curve, objective: float | None) -> None:
        """Fold a committed program.

        Args:
            program: its id.
            curve: (fraction, score so far) each; empty where its judge tells none.
            objective: None where it ended early.
        """
        if not curve:
            return
        if objective is None:
            self.ended.append(curve)
            return
        if not self.best or self.direction.better(objective, self.whole[self.best][-1][1]):
            self.best = program
        self.whole[program] = (*(point for point in curve if point[0] < 1 - _CLOSE), (1.0, objective))
        if len(self.whole) > _WHOLE_MAX:
            del self.whole[next(each for each in self.whole if each != self.best)]

    def worse(self, curve: Curve, other: Curve) -> tuple[float, ...]:
        """Return by how much a curve is worse than another at each of its points, which both have."""
        return tuple(-self.direction.gain(a, b) for (_, a), (_, b) in zip(curve, other, strict=True))


class Economy(Protocol):
    """Decides which evaluations are worth finishing."""

    def bars(self, curves: Curves, parents: Sequence[str]) -> Bars:
        """Return (fraction, worst score that goes on) each, by fraction in (0, 1), for a child of these parents.

        Args:
            curves: of the log up to the commit that the ticket is issued from.
            parents: ids, the first one first; none for a seed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Racing:
    """Ends a program that is behind on the same instances by more than chance can make good.

    How far a partial difference to a program can mislead about the whole one is seen in the log: of the committed
    programs that came out nearest to it, the root mean square of the change between there and the end. A program goes
    on while it is behind by less than `z` times that. After racing algorithms (Maron and Moore 1994, Hoeffding races;
    Birattari et al. 2002, F-Race), with paired differences, and the spread taken from programs alike.

    Attributes:
        against: whom it races: its parent, or the best program so far.
        z: how many of these spreads it may be behind, above 0.
        start: the fraction that is always run, in (0, 1).
        until: who came so far is finished, in (0, 1): little is left to save, and a whole score says more.
        known: whole curves that there have to be beside that of the program that it races, at least 2.
    """

    against: Literal["parent", "best"] = "best"
    z: float = 2.0
    start: float = 0.1
    until: float = 0.6
    known: int = 6

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            EvoError: an option out of its range.
        """
        if not 0 < self.z < math.inf:
            raise EvoError(f"z: expected a number above 0; got {self.z:g}")
        _check_fraction("start", self.start)
        _check_fraction("until", self.until)
        if self.known < 2:  # noqa: PLR2004 - a spread of one is none
            raise EvoError(f"known: expected an integer, at least 2; got {self.known}")

    def bars(self, curves: Curves, parents: Sequence[str]) -> Bars:
        """Return a bar at every point of the curve of the program that is raced."""
        reference = curves.whole.get(parents[0]) if parents and self.against == "parent" else None
        reference = reference or curves.whole.get(curves.best)
        if reference is None:
            return ()
        places = [fraction for fraction, _ in reference]
        alike = [each for each in curves.whole.values() if [fraction for fraction, _ in each] == places]
        behind = [each for each in (curves.worse(curve, reference) for curve in alike) if any(each)]
        if len(behind) < self.known:
            return ()
        nearest = sorted(behind, key=lambda each: abs(each[-1]))[: 2 * self.known]
        sign = 1 if curves.direction is Direction.MINIMIZE else -1
        found: list[tuple[float, float]] = []
        for at, (fraction, score) in enumerate(reference[:-1]):
            spread = math.sqrt(math.fsum((each[at] - each[-1]) ** 2 for each in nearest) / len(nearest))
            if self.start - _CLOSE <= fraction <= self.until + _CLOSE:
                found.append((fraction, score + sign * self.z * spread))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Halving:
    """Lets the best share of all programs that came to a rung go on from it (ASHA; Li et al. 2020, MLSys 2).

    Rungs lie at 1 / eta, 1 / eta^2, ... of the work. A program goes on if it is among the best 1 / eta of those that
    were committed and came as far. Nothing waits for a rung to fill.

    Attributes:
        eta: the share that goes on is 1 / eta; at least 2.
        rungs: how many there are, at least 1.
    """

    eta: int = 3
    rungs: int = 2

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            EvoError: an option out of its range.
        """
        if self.eta < 2:  # noqa: PLR2004 - all of them would go on
            raise EvoError(f"eta: expected an integer, at least 2; got {self.eta}")
        if not 1 <= self.rungs <= 8:  # noqa: PLR2004 - 2 ** -8 of an evaluation is none
            raise EvoError(f"rungs: expected an integer from 1 to 8; got {self.rungs}")

    def bars(self, curves: Curves, parents: Sequence[str]) -> Bars:  # noqa: ARG002 - whoever it descends from
        """Return a bar at every rung that enough programs came to."""
        found: list[tuple[float, float]] = []
        for rung in range(self.rungs, 0, -1):
            fraction = self.eta**-rung
            there = [score_at(each, fraction) for each in (*curves.whole.values(), *curves.ended)]
            scores = sorted(each for each in there if each is not None)
            if len(scores) < 2 * self.eta:
                continue
            if curves.direction is Direction.MAXIMIZE:
                scores.reverse()
            found.append((fraction, scores[math.ceil(len(scores) / self.eta) - 1]))
        return tuple(found)


def score_at(curve: Curve, fraction: float) -> float | None:
    """Return the first score at or after a fraction; None of a curve that does not come as far."""
    return next((score for at, score in curve if at >= fraction - _CLOSE), None)


def _check_fraction(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise EvoError(f"{name}: expected a number above 0 and below 1; got {value:g}")
