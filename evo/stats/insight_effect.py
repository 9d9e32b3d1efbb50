"""Do insights pay, or whatever else half of the prompts go without? Two random halves of a run's tickets, compared.

Tickets are counted by the half that they were drawn for, whatever the analyst then said (intention to treat): a bad
answer is part of what asking for insights brings.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from evo.propose import insights
from evo.propose.prompt.manner import drawn
from evo.records import Arm, PlacementStatus
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from evo.records import Commit, Completion, Direction

_Z = 1.959963984540054
"""Two-sided 95 %."""

_DRAWS = 2000
_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One ticket of the comparison.

    Attributes:
        improved: whether its program is better than its first parent.
        placed: whether its program found a place in an archive.
        gain: over its first parent, in the objective's unit, positive is better; None where either has no objective.
    """

    arm: Arm
    improved: bool
    placed: bool
    gain: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Shown less withheld, with a 95 % interval; None where there is too little to tell.

    Attributes:
        shown, withheld: the figure of each half, None for an empty one.
        counted: tickets behind each, shown first.
    """

    shown: float | None
    withheld: float | None
    counted: tuple[int, int]
    difference: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightCalls:
    """What analysts were asked for and said.

    Attributes:
        bad: why answers were not usable -> how often.
    """

    answers: int
    notes: int
    bad: dict[str, int]
    tokens: int
    cost_usd: float


def recorded_arm(commit: Commit) -> Arm | None:
    """Return the half that a ticket was drawn for as the log has it: insights shown or withheld."""
    return commit.proposal.arm


def prompt_arm(name: str, share: float, seed: int) -> Callable[[Commit], Arm | None]:
    """Return what draws again for which half of an arm of the prompts a ticket was drawn.

    Args:
        name: of the arm.
        share: of the tickets that get what it is about.
        seed: of the run.
    """

    def arm(commit: Commit) -> Arm | None:
        if not commit.proposal.llm:
            return None
        return Arm.SHOWN if drawn(seed, name, commit.ticket, share) else Arm.WITHHELD

    return arm


def tried(
    commits: Iterable[Commit], direction: Direction, arm_of: Callable[[Commit], Arm | None] = recorded_arm
) -> list[Tried]:
    """Return the tickets of a log that belong to a half, in order.

    Args:
        commits: the whole log, in order.
        direction: which objectives are better.
        arm_of: the half of a ticket; None for one that belongs to neither.
    """
    objectives: dict[str, float] = {}
    found: list[Tried] = []
    for commit in commits:
        proposal, evaluation = commit.proposal, commit.evaluation
        now = evaluation.objective if evaluation else None
        if evaluation and now is not None:
            objectives.setdefault(evaluation.program, now)
        arm = arm_of(commit)
        if arm is None or not proposal.parents:
            continue
        before = objectives.get(proposal.parents[0])
        gain = None if now is None or before is None else direction.gain(now, before)
        placed = any(placement.status is not PlacementStatus.REJECTED for placement in commit.placements)
        found.append(Tried(arm=arm, improved=gain is not None and gain > 0, placed=placed, gain=gain))
    return found


def rates(tickets: Sequence[Tried], what: str) -> Effect:
    """Compare how often something came of a ticket.

    The interval is Newcombe's for the difference of two proportions, from two Wilson intervals (Newcombe 1998, method
    10): it is sound for small numbers and for rates near 0 and 1.

    Args:
        tickets: of one run or of several with one config.
        what: "improved" or "placed".
    """
    halves = [[bool(getattr(each, what)) for each in tickets if each.arm is arm] for arm in (Arm.SHOWN, Arm.WITHHELD)]
    if not all(halves):
        return _difference([[float(each) for each in half] for half in halves], None)
    (p1, l1, u1), (p2, l2, u2) = (_wilson(sum(half), len(half)) for half in halves)
    low = p1 - p2 - math.hypot(p1 - l1, u2 - p2)
    high = p1 - p2 + math.hypot(u1 - p1, p2 - l2)
    return _difference([[float(each) for each in half] for half in halves], (low, high))


def gains(tickets: Sequence[Tried]) -> Effect:
    """Compare the mean gain over the parent, among tickets where both have an objective.

    The interval is the percentile bootstrap's (Efron 1979): 2000 times as many tickets are drawn with replacement from
    each half. The draws are the same every time.
    """
    halves = [
        [each.gain for each in tickets if each.arm is arm and each.gain is not None]
        for arm in (Arm.SHOWN, Arm.WITHHELD)
    ]
    if min(map(len, halves)) < _LEAST:
        return _difference(halves, None)
    random = stream(0, "bootstrap", 0)
    means = sorted(
        fmean(random.choices(halves[0], k=len(halves[0]))) - fmean(random.choices(halves[1], k=len(halves[1])))
        for _ in range(_DRAWS)
    )
    return _difference(halves, (means[round(0.025 * _DRAWS)], means[round(0.975 * _DRAWS) - 1]))


def asked(completions: Iterable[Completion]) -> InsightCalls:
    """Count what analysts said; their answers are read as the run read them."""
    answers = notes = tokens = 0
    cost = 0.0
    bad: Counter[str] = Counter()
    for completion in completions:
        found = insights.read(completion)
        answers += 1
        tokens += completion.prompt_tokens + completion.completion_tokens
        cost += completion.cost_usd
        if isinstance(found, str):
            bad[found] += 1
        else:
            notes += len(found)
    return InsightCalls(answers=answers, notes=notes, bad=dict(bad.most_common()), tokens=tokens, cost_usd=cost)


def _difference(halves: Sequence[Sequence[float]], interval: tuple[float, float] | None) -> Effect:
    shown, withheld = (fmean(half) if half else None for half in halves)
    low, high = interval or (None, None)
    return Effect(
        shown=shown,
        withheld=withheld,
        counted=(len(halves[0]), len(halves[1])),
        difference=None if shown is None or withheld is None else shown - withheld,
        low=low,
        high=high,
    )


def _wilson(hits: int, count: int) -> tuple[float, float, float]:
    """Return a proportion with the ends of its interval (Wilson 1927)."""
    p, z2 = hits / count, _Z * _Z
    middle = (p + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z * math.sqrt(p * (1 - p) / count + z2 / (4 * count * count)) / (1 + z2 / count)
    return p, middle - half, middle + half
