"""Numeric baselines: what an optimiser of numbers finds in the same problem, as programs in an ordinary run.

The optimiser works in a process of its own (`evaluate.numeric`), on a batched score that the problem declares for it.
What it finds becomes small programs that return the literal output; they pass the same evaluator and the same judge as
everything else, so that their figures stand beside evolution's.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from dataclasses import dataclass, field
from importlib.util import find_spec
from pprint import pformat
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import JudgeError, SpecError, UsageError, nearest
from evo.execute.spawn import start
from evo.records import Outcome, Program, Proposal, Ticket
from evo.search.issue import Assignment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.search.state import State

METHODS = ("eggroll", "es", "random", "cma")
_LINE_BYTES = 1 << 24
_LAST_WORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is asked of an optimiser.

    Attributes:
        method: one of `METHODS`.
        budget: evaluations of the batched score a seed.
        seeds: of starting points and noise, worked on one after the other.
        rank: of a matrix's noise; None takes low rank for large matrices alone. For `eggroll` only.
    """

    method: str
    budget: int
    seeds: tuple[int, ...] = (0,)
    rank: int | None = None

    def __post_init__(self) -> None:
        """Check what was asked.

        Raises:
            UsageError: a method that does not exist or is not installed, a rank that means nothing, or a number out of
                range.
        """
        if self.method not in METHODS:
            raise UsageError(f"method {self.method!r}{nearest(self.method, METHODS)}; there are {', '.join(METHODS)}")
        if self.method == "cma" and find_spec("cma") is None:
            raise UsageError("method 'cma' needs the package cma: pip install cma")
        if self.budget < 1 or not self.seeds or min(self.seeds) < 0:
            raise UsageError(f"budget {self.budget}, seeds {self.seeds}: expected a budget >= 1 and seeds >= 0")
        if self.rank is not None and (self.rank < 1 or self.method != "eggroll"):
            raise UsageError(f"rank {self.rank} for method {self.method!r}: expected a rank >= 1, for eggroll alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineReport:
    """How far a seed has come.

    Attributes:
        evaluations: of the batched score, for this seed.
        fitness: the best batched score so far; None before the first number.
        output: what a program would return for it, where it is better than what was reported before; else None.
    """

    seed: int
    evaluations: int
    fitness: float | None
    output: JSON = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Issues what was found, one ticket a result, in the order of seeds and evaluations.

    Attributes:
        reports: those that have an output.
        programs: one a report.
    """

    operator: str
    reports: Sequence[BaselineReport]
    programs: Sequence[Program]
    seeds: Mapping[str, Program] = field(default_factory=lambda: MappingProxyType({}))

    def issue(self, number: int, state: State) -> Assignment:
        """Issue result `number`; its parent is what the same seed had found before."""
        report, program = self.reports[number], self.programs[number]
        follows = number > 0 and self.reports[number - 1].seed == report.seed
        ticket = Ticket(
            number=number,
            after_seq=state.seq,
            island=0,
            operator=self.operator,
            parents=(self.programs[number - 1].id,) if follows else (),
        )
        proposal = Proposal(
            ticket=number,
            island=0,
            operator=self.operator,
            outcome=Outcome.PROPOSED,
            parents=ticket.parents,
            program=program,
            summary=f"seed {report.seed}, {report.evaluations} evaluations: batched score {report.fitness:.6g}",
        )
        return Assignment(ticket=ticket, request=proposal)


def results(problem: Problem, asked: Baseline, reports: Sequence[BaselineReport]) -> Results:
    """Return what was found as programs to be committed."""
    found = [report for report in reports if report.output is not None]
    programs = [program_of(problem, report.output) for report in found]
    return Results(operator=f"baseline:{asked.method}", reports=found, programs=programs)


def program_of(problem: Problem, output: JSON) -> Program:
    """Return a program whose entry returns `output` literally, whatever it is given."""
    spec = problem.spec.program
    text = (
        f'"""Numbers that an optimiser found: nothing is computed here."""\n\n'
        f"RESULT = {pformat(output, width=110, compact=True)}\n\n\n"
        f"def {spec.entry}(*_, **__):\n    return RESULT\n"
    )
    return Program.of({spec.file: text}, language=problem.spec.language)


async def optimise(problem: Problem, asked: Baseline) -> AsyncIterator[BaselineReport]:
    """Run an optimiser on a problem's arrays in a process of its own.

    Yields:
        A report at every checkpoint of every seed, in order.

    Raises:
        SpecError: the problem has no arrays, or a shape names a parameter that is not there.
        JudgeError: the problem's `baseline.py` failed or broke its promise; the message has its last words.
        InfraError: no process could be started.
    """
    request = {
        "folder": str(problem.folder.resolve()),
        "params": {**problem.params, **problem.judge_params},
        "arrays": _arrays(problem),
        "method": asked.method,
        "budget": asked.budget,
        "seeds": list(asked.seeds),
        "rank": asked.rank,
    }
    log = os.memfd_create("numeric") if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_RDWR)
    ours, theirs = socket.socketpair()
    with theirs:
        process = start("evo.baseline.inside.optimiser", str(theirs.fileno()), keep=(theirs.fileno(),), log=log)
    reader, writer = await asyncio.open_connection(sock=ours, limit=_LINE_BYTES)
    try:
        writer.write(json.dumps(request).encode() + b"\n")
        while (message := json.loads(await reader.readline() or "null")) is not None:
            if message.get("done"):
                return
            yield BaselineReport(**message)
        process.wait()
        words = os.pread(log, 1 << 20, 0).decode(errors="replace")[-_LAST_WORDS:].strip()
        raise JudgeError(f"baseline.py of {problem.spec.name} failed (exit code {process.returncode}):\n{words}")
    finally:
        writer.close()
        process.kill()
        process.wait()
        os.close(log)


def _arrays(problem: Problem) -> dict[str, JSON]:
    """Return the arrays with every side a number."""
    path = str(problem.folder / "problem.yaml")
    spec = problem.spec
    if not spec.arrays or not (problem.folder / "baseline.py").is_file() or spec.program.called_by == "judge":
        raise SpecError(
            f"{spec.name} cannot be written in numbers: expected `arrays` here and a file baseline.py beside it "
            "(docs/problems.md)",
            path=path,
        )
    return {
        name: {
            "shape": [_side(problem, name, side, path) for side in array.shape],
            "low": array.low,
            "high": array.high,
            "start": array.start,
        }
        for name, array in spec.arrays.items()
    }


def _side(problem: Problem, name: str, side: int | str, path: str) -> int:
    value = problem.params.get(side) if isinstance(side, str) else side
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SpecError(f"arrays.{name}.shape: expected {side!r} to be a parameter >= 1; got {value!r}", path=path)
    return value
