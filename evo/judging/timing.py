"""Time as an objective, honestly: how many times less than a reference a program costs, and within which interval.

A wall clock measures the machine's other work as well. What is compared here is what the kernel counts for each
process (instructions where it counts them, else CPU time), of a candidate and a reference that do the same work in
turn on the same core, so that a slow minute hits both. Of the ratios of all rounds the median is taken, which a few
bad rounds do not move, and its interval is that of order statistics: it holds whatever the ratios are distributed like.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CONFIDENCE = 0.95
_NORMAL = 1.96
_LEAST_SECONDS = 1e-9
_Program = TypeVar("_Program", bound="Timed")


class Timed(Protocol):
    """A live program, as `evaluate(candidate, params)` gets it."""

    @property
    def usage(self) -> Any:  # noqa: ANN401 - `evo.evaluate.judge.candidate.Usage`, which this room does not know
        """What it has used: `cpu_seconds`, and `instructions` or None."""
        ...

    def pin(self, core: int) -> bool:
        """Keep it on one core."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How many times less the candidate costs than the reference; over 1 it is faster.

    Attributes:
        median: of the ratios of all rounds.
        low, high: the interval that holds the true median in 95 of 100 cases.
        rounds: how many counted.
        counted: what was compared, "instructions" or "CPU time".
        pinned: whether both ran on one core.
        seconds: CPU time of the candidate, of all rounds that counted.
    """

    median: float
    low: float
    high: float
    rounds: int
    counted: str
    pinned: bool
    seconds: float

    @property
    def error(self) -> float:
        """The standard error of the median, as an `evaluate` may return it: the archive's noise begins with it."""
        return (self.high - self.low) / (2 * _NORMAL)

    @property
    def words(self) -> str:
        """How a feedback may say it."""
        return f"{self.median:.3g} times the reference's speed ({self.low:.3g} to {self.high:.3g}, {self.counted})"


def compare(
    candidate: _Program,
    reference: _Program,
    work: Callable[[_Program, int], object],
    *,
    width: float = 0.05,
    least: int = 7,
    most: int = 41,
    cpu_seconds: float = 5.0,
) -> Ratio:
    """Let both do the same work in turn, until the interval of the ratio is narrow enough or a bound is reached.

    Each round has work of its own, so that nothing is gained by remembering; a first one warms up and does not count.
    Who begins changes from round to round.

    Args:
        candidate: a live program.
        reference: another one: `candidate.reference`.
        work: makes a program do the work of a round and checks what it gives; what it raises goes through.
        width: of the interval, as a share of the median, that is narrow enough.
        least: rounds, 7 or more, so that there is an interval.
        most: rounds, whatever the interval.
        cpu_seconds: of both together, after which no further round begins.
    """
    pinned = _share_core(candidate, reference)
    ratios: list[float] = []
    own = spent = 0.0
    counted = "CPU time"
    for number in range(most + 1):
        if number % 2:
            (ours, our_count), (theirs, their_count) = _cost(candidate, work, number), _cost(reference, work, number)
        else:
            (theirs, their_count), (ours, our_count) = _cost(reference, work, number), _cost(candidate, work, number)
        if number == 0:
            continue
        if their_count and our_count:
            counted = "instructions"
            ratios.append(their_count / our_count)
        else:
            ratios.append(max(theirs, _LEAST_SECONDS) / max(ours, _LEAST_SECONDS))
        own, spent = own + ours, spent + ours + theirs
        if number >= least:
            median, low, high = median_interval(ratios)
            if high - low <= width * median or spent >= cpu_seconds:
                break
    median, low, high = median_interval(ratios)
    return Ratio(median=median, low=low, high=high, rounds=len(ratios), counted=counted, pinned=pinned, seconds=own)


def median_interval(values: Sequence[float], confidence: float = _CONFIDENCE) -> tuple[float, float, float]:
    """Return the median and the narrowest symmetric interval of order statistics that covers it as often as asked for.

    The chance that the median lies below the k-th smallest of n is that of fewer than k heads in n throws of a coin.
    Under six values no such interval reaches 95 %: then it is all of them.
    """
    ordered = sorted(values)
    count = len(ordered)
    half = count // 2
    median = ordered[half] if count % 2 else (ordered[half - 1] + ordered[half]) / 2
    outside, cut = 1, 0
    # Cutting one more off at either end leaves out one more number of heads at either end.
    while cut < half and 2 * (outside + comb(count, cut + 1)) <= (1 - confidence) * 2**count:
        cut += 1
        outside += comb(count, cut)
    return median, ordered[cut], ordered[count - 1 - cut]


def _cost(live: _Program, work: Callable[[_Program, int], object], number: int) -> tuple[float, int | None]:
    before = live.usage
    work(live, number)
    after = live.usage
    seconds = after.cpu_seconds - before.cpu_seconds
    if before.instructions is None or after.instructions is None:
        return seconds, None
    return seconds, after.instructions - before.instructions


def _share_core(candidate: Timed, reference: Timed) -> bool:
    """Put both on one core, judges of different workers on different ones as far as that goes; tell whether it went."""
    if not hasattr(os, "sched_getaffinity"):
        return False
    cores = sorted(os.sched_getaffinity(0))
    core = cores[os.getpid() % len(cores)]
    return candidate.pin(core) and reference.pin(core)
