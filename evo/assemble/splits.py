"""How a program does apart from what it was searched on: on other draws of the same kinds, and on the run's secret.

A search sees the score of its own draws alone. Validation has other draws of the same kinds, for everybody the same;
the test is drawn from the run's secret and may have kinds that are nowhere else. What lies between tells how much of a
score is learned by heart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.assemble.counsel import counsel_of
from evo.assemble.resolve import graph_of
from evo.config.problem import load_problem
from evo.errors import UsageError
from evo.evaluate.evaluator import Evaluator
from evo.judging.draws import SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.assemble.setup import Setup
    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.llm.model import LLMClient
    from evo.records import Evaluation, Program

NOTE = "split"
"""The key of a note that says what a program scored on a split."""


class Split(StrEnum):
    """What a program is scored on."""

    SEARCH = "search"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitScore:
    """What a program scored on a split.

    Attributes:
        split: which. instance: that it is. program: id.
        status, objective, unit: the verdict; None where it is not VALID.
        search: what it scored on the draws that it was searched on; None for nothing.
        noted: whether the run's log says so now.
    """

    split: Split
    instance: str
    program: str
    status: str
    objective: float | None
    unit: str
    search: float | None
    noted: bool = False

    @property
    def transfer(self) -> float | None:
        """The score here, in multiples of the score of the search; None where that means nothing."""
        if self.objective is None or not self.search or self.search * self.objective < 0:
            return None
        return self.objective / self.search

    def data(self) -> dict[str, JSON]:
        """Return it as plain data, as a note of the log holds it."""
        return {
            "split": str(self.split),
            "instance": self.instance,
            "program": self.program,
            "status": self.status,
            "objective": self.objective,
            "unit": self.unit,
            "search": self.search,
            "transfer": self.transfer,
        }

    @property
    def words(self) -> str:
        """Say it in one line."""
        score = self.status if self.objective is None else f"{self.objective:.9g} {self.unit}".strip()
        seen = "" if self.search is None else f"; {self.search:.9g} on what was searched"
        return f"{self.split} {self.instance}: {score}{seen}, for program {self.program[:8]}"


def told(problem: Problem, secret: str) -> Problem:
    """Return the problem with the secret for its judge, if what it draws comes from one."""
    if not (problem.secret and secret):
        return problem
    return replace(problem, judge_params=MappingProxyType({**problem.judge_params, SECRET: secret}))


def address_of(problem: Problem, split: Split) -> str:
    """Return the address of the instance that a split of a problem is, "" for the one that is searched on.

    Raises:
        UsageError: the problem names none.
    """
    if split is Split.SEARCH:
        return ""
    key = {Split.VALIDATION: "validation", Split.TEST: "holdout"}[split]
    found = {Split.VALIDATION: problem.validation, Split.TEST: problem.holdout}[split]
    if not found:
        raise UsageError(f"{problem.label} has no {split}: its problem.yaml names no instance under `{key}`")
    return found


async def score_again(
    setup: Setup, program: Program, address: str, llms: Mapping[str, LLMClient]
) -> tuple[Problem, Evaluation]:
    """Score a program on an instance of its problem, which draws from the run's secret where it draws from one.

    Args:
        setup: the run.
        program: what is scored.
        address: of the instance; "" for the one that the run searches on, with the run's own parameters.
        llms: the run's models by role, for a judge that asks.
    """
    held = told(load_problem(address, tree=setup.problem.tree), setup.secret) if address else setup.problem
    graph = graph_of(held, setup.declared.pipeline)
    async with Evaluator(problem=held, graph=graph, executor=setup.executor.open()) as evaluator:
        evaluator.consult(llms, counsel_of(setup, llms))
        return held, await evaluator.evaluate(program)


async def score_split(
    setup: Setup, program: Program, split: Split, search: float | None, llms: Mapping[str, LLMClient]
) -> SplitScore:
    """Score a program on a split of the problem that a run searches on.

    Args:
        setup: the run.
        program: what is scored.
        split: on which.
        search: what it scored on the draws that were searched.
        llms: the run's models by role, for a judge that asks.

    Raises:
        UsageError: the problem has no such split.
        InfraError: this machine failed.
    """
    held, found = await score_again(setup, program, address_of(setup.problem, split), llms)
    return SplitScore(
        split=split,
        instance=held.instance,
        program=program.id,
        status=str(found.status),
        objective=found.objective,
        unit=held.spec.objective.unit,
        search=search,
    )
