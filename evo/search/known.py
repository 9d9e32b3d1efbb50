"""What the fold remembers of every commit, in columns: as an object of its own each would take three times the memory.

A step is made anew whenever somebody asks for it. Texts and full evaluations lie in the store.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import TYPE_CHECKING

from evo.propose.prompt.context import Step

if TYPE_CHECKING:
    from evo.records import EvaluationStatus, Outcome


class StepColumns:
    """What came of every commit, by its number in the log."""

    def __init__(self) -> None:
        self._programs, self._parents = list[str](), list[str]()
        self._operators, self._summaries, self._details = list[str](), list[str](), list[str]()
        self._statuses = list["EvaluationStatus | Outcome | None"]()
        # NaN where there is none.
        self._objectives, self._deltas = array("d"), array("d")
        self._tickets = array("q")
        self._words: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._tickets)

    def __getitem__(self, seq: int) -> Step:
        return Step(
            program=self._programs[seq],
            parent=self._parents[seq],
            operator=self._operators[seq],
            summary=self._summaries[seq],
            status=self._statuses[seq],
            objective=self.objective(seq),
            delta=self.delta(seq),
            detail=self._details[seq],
        )

    def append(self, step: Step, ticket: int) -> None:
        """Keep what came of the next commit."""
        self._programs.append(step.program)
        self._parents.append(step.parent)
        self._operators.append(self._words.setdefault(step.operator, step.operator))
        self._summaries.append(step.summary)
        self._details.append(step.detail)
        self._statuses.append(step.status)
        self._objectives.append(nan if step.objective is None else step.objective)
        self._deltas.append(nan if step.delta is None else step.delta)
        self._tickets.append(ticket)

    def ticket(self, seq: int) -> int:
        """Return the ticket of a commit."""
        return self._tickets[seq]

    def status(self, seq: int) -> EvaluationStatus | Outcome | None:
        """Return the status of a step."""
        return self._statuses[seq]

    def program(self, seq: int) -> str:
        """Return the id of a commit's program, "" for none."""
        return self._programs[seq]

    def objective(self, seq: int) -> float | None:
        """Return the objective of a step, as it was when it was committed."""
        found = self._objectives[seq]
        return None if isnan(found) else found

    def delta(self, seq: int) -> float | None:
        """Return the gain of a step over its parent."""
        found = self._deltas[seq]
        return None if isnan(found) else found


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProgram:
    """A committed program.

    Attributes:
        seq: the commit that brought it.
        step: the edge from its first parent; with the mean of its retests as the objective, where there are any.
    """

    seq: int
    ticket: int
    step: Step


class Known(Mapping[str, KnownProgram]):
    """The committed programs by their ids, in the order in which they came.

    Args:
        steps: what came of every commit.
    """

    def __init__(self, steps: StepColumns) -> None:
        self._steps = steps
        self._seqs: dict[str, int] = {}
        self._means: dict[str, float | None] = {}

    def __len__(self) -> int:
        return len(self._seqs)

    def __iter__(self) -> Iterator[str]:
        return iter(self._seqs)

    def __contains__(self, program: object) -> bool:
        return program in self._seqs

    def __getitem__(self, program: str) -> KnownProgram:
        seq = self._seqs[program]
        step = self._steps[seq]
        if program in self._means:
            step = replace(step, objective=self._means[program])
        return KnownProgram(seq=seq, ticket=self._steps.ticket(seq), step=step)

    def add(self, program: str, seq: int) -> None:
        """Remember which commit brought a program; only the first one counts."""
        self._seqs.setdefault(program, seq)

    def revise(self, program: str, mean: float | None) -> None:
        """Give a program another objective; None if it has none any more."""
        self._means[program] = mean

    def objective(self, program: str) -> float | None:
        """Return the objective of a program; None if it has none, or is not known."""
        seq = self._seqs.get(program)
        if seq is None:
            return None
        return self._means[program] if program in self._means else self._steps.objective(seq)

    def name(self, program: str) -> str:
        """Return the id of a program as it is kept already, so that no other text with the same words is."""
        seq = self._seqs.get(program)
        return program if seq is None else self._steps.program(seq)

    def statuses(self) -> Iterator[EvaluationStatus | Outcome | None]:
        """Yield how the first step to every program ended."""
        return map(self._steps.status, self._seqs.values())
