"""What `evo score` does: one program through the pipeline, or one raw output before the judge."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from evo.assemble import start as assemble
from evo.cli.streams import emit
from evo.config.document import read_text
from evo.config.problem import load_problem
from evo.errors import NotFoundError, UsageError, nearest
from evo.judging.decode import MAX_BYTES
from evo.records import PROGRAM_MAX_BYTES, Evaluation, EvaluationStatus, Program
from evo.render import tables
from evo.render.console import show as draw
from evo.render.numbers import SAME

if TYPE_CHECKING:
    from pathlib import Path

    from evo.canonical import JSON
    from evo.config.problem import Problem


def score(address: str, file: Path, *, as_json: bool) -> int:
    """`evo score`; returns 0 iff the verdict is VALID, else 1."""
    problem = load_problem(address)
    evaluation = _evaluation(problem, file)
    data: dict[str, JSON] = {
        "status": str(evaluation.status),
        "objective": evaluation.objective,
        "measures": dict(evaluation.measures),
        "metrics": dict(evaluation.metrics),
        "detail": evaluation.feedback,
        "best_known": _beside_the_record(problem, file, evaluation),
    }
    if as_json:
        emit(data)
    else:
        draw(tables.verdict(data, problem.spec.objective.unit))
    return 0 if evaluation.status is EvaluationStatus.VALID else 1


def _beside_the_record(problem: Problem, file: Path, found: Evaluation) -> JSON:
    """Say how far a score is from the best known value; one that beats it is scored again, by fresh processes.

    Returns:
        value, source, date; gain: by how much the score is better, negative where it falls short; confirmed: None
        where nothing was beaten (by more than the ninth digit), else whether the second score was the same.
        None where no best value is known or nothing was scored.
    """
    known = problem.best_known
    if known is None or found.objective is None or found.status is not EvaluationStatus.VALID:
        return None
    gain = problem.spec.objective.direction.gain(found.objective, known.value)
    confirmed = None
    if gain > SAME * abs(known.value):
        again = _evaluation(problem, file)
        confirmed = again.status is EvaluationStatus.VALID and again.objective == found.objective
    said: dict[str, JSON] = {"value": known.value, "source": known.source, "date": known.date}
    return {**said, "gain": gain, "confirmed": confirmed}


def _evaluation(problem: Problem, file: Path) -> Evaluation:
    suffix = "." + problem.spec.program.file.rpartition(".")[2]
    if not file.exists():
        folder = file.parent if file.parent.is_dir() else None
        near = nearest(file.name, [path.name for path in folder.iterdir()]) if folder else ""
        raise NotFoundError(f"{file}: no such file{near}")
    if file.is_dir():
        return asyncio.run(_run(problem, _folder(problem, file)))
    if file.suffix == suffix:
        text = read_text(file, str(file), limit=PROGRAM_MAX_BYTES)
        program = Program.of({problem.spec.program.file: text}, language=problem.spec.language)
        return asyncio.run(_run(problem, program))
    if file.suffix == ".json":
        return _judged(problem, file)
    raise UsageError(f"{file}: expected a program ({suffix} or a folder) or a raw output (.json)")


def _judged(problem: Problem, file: Path) -> Evaluation:
    size = file.stat().st_size
    if size > MAX_BYTES:
        # The judge would say the same; a file of any size must not have to be read for it.
        reason = f"The output was refused: it has {size} bytes; expected {MAX_BYTES} at most"
        return Evaluation(program="", status=EvaluationStatus.INVALID, feedback=reason)
    return asyncio.run(_judge(problem, file.read_bytes()))


def _folder(problem: Problem, folder: Path) -> Program:
    """Read every file of a folder that is not hidden or made by an interpreter."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: path.relative_to(folder) for path in paths}
    kept = {
        path: name for path, name in names.items() if not any(p.startswith((".", "__pycache__")) for p in name.parts)
    }
    if not (folder / problem.spec.program.file).is_file():
        raise NotFoundError(f"{folder}: no {problem.spec.program.file}; a program of {problem.label} begins there")
    texts = {name.as_posix(): read_text(path, str(path), limit=PROGRAM_MAX_BYTES) for path, name in kept.items()}
    return Program.of(texts, language=problem.spec.language)


async def _run(problem: Problem, program: Program) -> Evaluation:
    async with assemble.evaluating(problem) as evaluator:
        return await evaluator.evaluate(program)


async def _judge(problem: Problem, raw: bytes) -> Evaluation:
    async with assemble.evaluating(problem) as evaluator:
        return await evaluator.judge(raw)
