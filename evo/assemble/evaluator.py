"""Whatever scores programs: of a run, and without any."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from evo.assemble.resolve import graph_of
from evo.evaluate.evaluator import Evaluator
from evo.execute.local import Local, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from evo.assemble.setup import Setup
    from evo.config.problem import Problem


@asynccontextmanager
async def evaluator_of(setup: Setup) -> AsyncGenerator[Evaluator]:
    """Open the evaluator of a run.

    Raises:
        EvoError: this machine does not offer the isolation that was asked for.
    """
    evaluator = Evaluator(problem=setup.problem, graph=setup.graph, executor=setup.executor.open())
    async with evaluator:
        yield evaluator


@asynccontextmanager
async def evaluating(
    problem: Problem,
    *,
    pipeline: str | None = None,
    beside: Path | None = None,
    workers: int = 1,
    sandbox: Sandbox = "auto",
) -> AsyncGenerator[Evaluator]:
    """Open the evaluator of a problem, without any run; `pipeline` is the problem's where None.

    Raises:
        NotFoundError, SpecError: the pipeline does not exist or does not hold together.
        EvoError: this machine does not offer the isolation that was asked for.
    """
    graph = graph_of(problem, pipeline, beside)
    async with Evaluator(
        problem=problem, graph=graph, executor=Local(workers=workers, sandbox=sandbox).open()
    ) as evaluator:
        yield evaluator
