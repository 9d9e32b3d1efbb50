"""When a run stops."""

from __future__ import annotations

from dataclasses import dataclass

from evo.errors import EvoError
from evo.spec.validation import Count, Positive, Text  # noqa: TC001 - validation reads the annotations


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetSpec:
    """When to stop: whatever comes first. At least one limit besides the target bounds the run.

    Attributes:
        tickets: attempts, counted when they are committed.
        evaluations: programs evaluated, cached ones not counted.
        seconds: wall-clock time, over all sittings.
        usd, tokens: money at the prices in `llms`, and tokens of prompts and answers; both hard: a call whose worst
            case could pass one is not made.
        target: an objective, in the problem's unit, that is good enough.
        patience: commits in a row without a better program, counted from the first score on.
        stop_file: a path, from the run's folder; the run ends when there is a file.
    """

    tickets: Count | None = None
    evaluations: Count | None = None
    seconds: Positive | None = None
    usd: Positive | None = None
    tokens: Count | None = None
    target: float | None = None
    patience: Count | None = None
    stop_file: Text | None = None

    def __post_init__(self) -> None:
        """Refuse a run without an end.

        Raises:
            EvoError: only a target, or nothing at all.
        """
        if all(limit is None for limit in (self.tickets, self.evaluations, self.seconds, self.usd, self.tokens)):
            raise EvoError(
                "expected at least one of tickets, evaluations, seconds, usd, tokens; a target alone may never be met"
            )
