"""What was tried on each program: every attempt in a word, a few in full, and which programs were already joined.

A model that is not told what was tried on a program proposes it again: without this, two tickets in five repeat a
program where good moves are few. So every summary is kept, at the cost of a reference to a text that the fold holds
anyway, and a parent whose children only repeat is asked less.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.propose.prompt.context import TriedChange
from evo.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.propose.prompt.context import Step
    from evo.search.known import StepColumns

_KEPT_ATTEMPTS = 6


@dataclass(slots=True)
class _Count:
    times: int = 0
    gain: float | None = None


class Memory:
    """What came of every attempt so far, by the program that it started from.

    Args:
        steps: what came of every commit.
    """

    def __init__(self, steps: StepColumns) -> None:
        self._steps = steps
        self._attempts: dict[str, list[int]] = {}
        self._tried: dict[str, dict[str, _Count]] = {}
        self._joined: set[tuple[str, ...]] = set()
        self._repeats: dict[str, int] = {}

    def observe(self, seq: int, step: Step, parents: Sequence[str]) -> None:
        """Fold an attempt.

        Args:
            seq: its commit, which is among the steps already.
            step: what came of it; `step.parent` is the first parent.
            parents: all of them.
        """
        kept = self._attempts.setdefault(step.parent, [])
        insort(kept, seq, key=self._decline)
        if len(kept) > _KEPT_ATTEMPTS:
            # The three best and the three worst stay: the middle one goes.
            del kept[_KEPT_ATTEMPTS // 2]
        if step.summary:
            count = self._tried.setdefault(step.parent, {}).setdefault(step.summary, _Count())
            count.times += 1
            if step.delta is not None and (count.gain is None or step.delta > count.gain):
                count.gain = step.delta
        if len(parents) > 1:
            self._joined.add(_together(parents))
        self._repeats[step.parent] = self.repeats(step.parent) + 1 if step.status is Outcome.DUPLICATE else 0

    def attempts(self, program: str) -> tuple[Step, ...]:
        """Return the best and the worst of what was tried on a program, best first, at most six."""
        return tuple(self._steps[seq] for seq in self._attempts.get(program, ()))

    def tried(self, program: str) -> tuple[TriedChange, ...]:
        """Return all that was tried on a program, each change once, in the order in which it was first tried."""
        found = self._tried.get(program, {})
        return tuple(TriedChange(summary=summary, times=each.times, gain=each.gain) for summary, each in found.items())

    def joined(self, programs: Sequence[str]) -> bool:
        """Tell whether these programs were already parents together."""
        return _together(programs) in self._joined

    def repeats(self, program: str) -> int:
        """Return how many of the last attempts on a program, without a break, only repeated what was there."""
        return self._repeats.get(program, 0)

    def _decline(self, seq: int) -> float:
        """Return by how much a child is worse than its parent; one without a score is the worst."""
        delta = self._steps.delta(seq)
        return float("inf") if delta is None else -delta


def _together(programs: Sequence[str]) -> tuple[str, ...]:
    """Return programs as a key that is the same in whatever order they are named: a third of a set's room."""
    return tuple(sorted({*programs}))
