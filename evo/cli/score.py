"""`evo score`: one program through the pipeline, or one raw output before the judge."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeAlias

import typer

from evo.cli import completion
from evo.cli.exit_codes import FAILED, OK
from evo.cli.options import RUNS, Json, RunsDir, Settings
from evo.errors import NotFoundError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.evaluate.evaluator import Evaluator
    from evo.records import Evaluation, Program

    Asked: TypeAlias = tuple[str, Sequence[str]]


def score(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM",
            help="NAME, NAME/INSTANCE or a folder; with --split [RUN:]PROGRAM.",
            autocompletion=completion.complete_problem,
        ),
    ],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="A program (.py or a folder) or a raw output (.json).", show_default=False
        ),
    ] = None,
    *,
    split: Annotated[
        str | None,
        typer.Option(
            "--split",
            metavar="NAME",
            help="Score a program of a run on search, validation or test.",
            autocompletion=completion.complete_split,
            show_default=False,
        ),
    ] = None,
    secret_of: Annotated[
        str | None,
        typer.Option(
            "--secret-of", metavar="RUN", help="Draw hidden instances from that run's secret.", show_default=False
        ),
    ] = None,
    settings: Settings = None,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Score a program through the whole pipeline, or a raw output by the judge alone.

    An instance that runs draw from a secret of theirs is drawn in public here, for everybody the same, unless a run is
    named whose secret it is to be drawn from. With --split a program of a run is scored on that split of the run's
    problem, and the run's log is told. Where the judge asks a model, that is the one of the problem's run.yaml.
    """
    from evo.cli.streams import emit, note
    from evo.config.problem import load_problem
    from evo.records import EvaluationStatus
    from evo.render import console, tables

    if split is not None:
        _score_split(problem, file, split, secret_of, as_json=as_json, runs_dir=runs_dir)
    if file is None:
        raise UsageError(f"score {problem}: no FILE; expected a program (.py or a folder) or a raw output (.json)")
    asked = load_problem(problem) if secret_of is None else _draw_for(load_problem(problem), secret_of, runs_dir)
    whom = _find_asked(asked, problem, settings or ())
    evaluation = _evaluate_file(asked, file, whom)
    data = _told(evaluation, _compare_to_record(asked, file, evaluation, whom))
    data |= {"draws": "secret" if secret_of else "public"} if asked.secret else {}
    if asked.secret and not secret_of:
        note("drawn in public, for everybody the same; --secret-of RUN draws from the secret of that run")
    emit(data) if as_json else console.show(tables.verdict(data, asked.spec.objective.unit))
    raise typer.Exit(OK if evaluation.status is EvaluationStatus.VALID else FAILED)


def _told(evaluation: Evaluation, best_known: JSON) -> dict[str, JSON]:
    return {
        "status": str(evaluation.status),
        "objective": evaluation.objective,
        "measures": dict(evaluation.measures),
        "metrics": dict(evaluation.metrics),
        "detail": evaluation.feedback,
        "best_known": best_known,
    }


def _score_split(
    address: str, file: Path | None, name: str, secret_of: str | None, *, as_json: bool, runs_dir: Path
) -> NoReturn:
    """Score a program of a run on a split of its problem, and leave."""
    from evo.assemble.splits import Split
    from evo.assemble.stored_program import score_stored
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, note
    from evo.records import EvaluationStatus
    from evo.render import console, tables
    from evo.store.reading.address import parse, read_program

    if name not in set(Split):
        raise UsageError(f"--split {name}: no such split{nearest(name, list(Split))}; there are {', '.join(Split)}")
    if file is not None or secret_of is not None:
        other = f"--secret-of {secret_of}" if file is None else str(file)
        raise UsageError(f"--split {name} takes [RUN:]PROGRAM alone, whose run it draws for; leave out {other}")
    place = parse(address)
    with open_named(runs_dir, place.run) as view:
        program, _ = read_program(view, place.program)
        folder = view.folder
    found = score_stored(folder, program.id, Split(name))
    if as_json:
        emit(found.data())
    else:
        console.show(tables.split_score(found.data()))
    if not found.noted:
        note("the run is being written, so its log was told nothing")
    raise typer.Exit(OK if found.status == EvaluationStatus.VALID else FAILED)


def _draw_for(problem: Problem, run: str, runs_dir: Path) -> Problem:
    """Return the problem with the secret of a run for its judge."""
    from evo.assemble.holdout import kept_secret
    from evo.assemble.splits import told
    from evo.cli.lookup import open_named

    if not problem.secret:
        raise UsageError(f"--secret-of {run}: {problem.label} draws nothing from a secret; leave the option out")
    with open_named(runs_dir, run) as view:
        secret = kept_secret(view.folder, view.events())
    if not secret:
        raise UsageError(f"--secret-of {run}: that run has no secret: its problem draws nothing from one")
    return told(problem, secret)


def _find_asked(problem: Problem, address: str, settings: Sequence[str]) -> Asked | None:
    """Return whom the judge asks: the pack whose run.yaml says so, with settings over it; None where it asks nobody.

    Raises:
        UsageError: settings, and nobody to be asked.
    """
    from evo.assemble.counsel import asking
    from evo.assemble.resolve import graph_of

    if any(asking(problem, graph_of(problem, None))):
        return address, settings
    if settings:
        raise UsageError(f"--set: the judge of {problem.label} asks no model, so there is nothing to set")
    return None


def _compare_to_record(problem: Problem, file: Path, found: Evaluation, asked: Asked | None) -> JSON:
    """Say how far a score is from the best known value; one that beats it is scored again, by fresh processes.

    Returns:
        value, source, date; gain: by how much the score is better, negative where it falls short; confirmed: None
        where nothing was beaten (by more than the ninth digit), else whether the second score was the same.
        None where no best value is known or nothing was scored.
    """
    from evo.records import EvaluationStatus
    from evo.render.numbers import SAME

    known = problem.best_known
    if known is None or found.objective is None or found.status is not EvaluationStatus.VALID:
        return None
    gain = problem.spec.objective.direction.gain(found.objective, known.value)
    confirmed = None
    if gain > SAME * abs(known.value):
        again = _evaluate_file(problem, file, asked)
        confirmed = again.status is EvaluationStatus.VALID and again.objective == found.objective
    said: dict[str, JSON] = {"value": known.value, "source": known.source, "date": known.date}
    return {**said, "gain": gain, "confirmed": confirmed}


def _evaluate_file(problem: Problem, file: Path, asked: Asked | None) -> Evaluation:
    from evo.config.document import read_text
    from evo.records import PROGRAM_MAX_BYTES, Program

    suffix = "." + problem.spec.program.file.rpartition(".")[2]
    if not file.exists():
        folder = file.parent if file.parent.is_dir() else None
        near = nearest(file.name, [path.name for path in folder.iterdir()]) if folder else ""
        raise NotFoundError(f"{file}: no such file{near}")
    if file.is_dir() and problem.tree:
        return asyncio.run(_evaluate(problem, _read_checkout(problem, file), asked))
    if file.is_dir():
        return asyncio.run(_evaluate(problem, _read_folder(problem, file), asked))
    if file.suffix == suffix:
        text = read_text(file, str(file), limit=PROGRAM_MAX_BYTES)
        program = Program.of({problem.spec.program.file: text}, language=problem.spec.language)
        return asyncio.run(_evaluate(problem, program, asked))
    if file.suffix == ".json":
        return _judge_file(problem, file, asked)
    raise UsageError(f"{file}: expected a program ({suffix} or a folder) or a raw output (.json)")


def _judge_file(problem: Problem, file: Path, asked: Asked | None) -> Evaluation:
    from evo.judging.decode import MAX_BYTES
    from evo.records import Evaluation, EvaluationStatus

    size = file.stat().st_size
    if size > MAX_BYTES:
        # The judge would say the same; a file of any size must not have to be read for it.
        reason = f"The output was refused: it has {size} bytes; expected {MAX_BYTES} at most"
        return Evaluation(program="", status=EvaluationStatus.INVALID, feedback=reason)
    return asyncio.run(_judge(problem, file.read_bytes(), asked))


def _read_folder(problem: Problem, folder: Path) -> Program:
    """Read every file of a folder that is not hidden or made by an interpreter."""
    from evo.config.document import read_text
    from evo.records import PROGRAM_MAX_BYTES, Program

    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: path.relative_to(folder) for path in paths}
    kept = {
        path: name for path, name in names.items() if not any(p.startswith((".", "__pycache__")) for p in name.parts)
    }
    if not (folder / problem.spec.program.file).is_file():
        raise NotFoundError(f"{folder}: no {problem.spec.program.file}; a program of {problem.label} begins there")
    texts = {name.as_posix(): read_text(path, str(path), limit=PROGRAM_MAX_BYTES) for path, name in kept.items()}
    return Program.of(texts, language=problem.spec.language)


def _read_checkout(problem: Problem, folder: Path) -> Program:
    """Read what may change of a repository from another checkout of it."""
    from dataclasses import replace

    from evo.records import Program
    from evo.repository.snapshot import take_snapshot

    if problem.tree is None or problem.repository is None:
        raise UsageError(f"{problem.label}: its program is no repository")
    there = take_snapshot(replace(problem.repository, root=folder.resolve()))
    return Program.of(there.trunk.texts, language=problem.spec.language, trunk=problem.tree.trunk)


async def _evaluate(problem: Problem, program: Program, asked: Asked | None) -> Evaluation:
    async with _evaluating(problem, asked) as evaluator:
        return await evaluator.evaluate(program)


async def _judge(problem: Problem, raw: bytes, asked: Asked | None) -> Evaluation:
    async with _evaluating(problem, asked) as evaluator:
        return await evaluator.judge(raw)


@asynccontextmanager
async def _evaluating(problem: Problem, asked: Asked | None) -> AsyncGenerator[Evaluator]:
    """Open the evaluator of a problem, with a model for its judge where it asks one; say what was asked."""
    from evo.assemble.consultation import consulting
    from evo.assemble.evaluator import evaluating
    from evo.cli.streams import keep_secret, note

    async with evaluating(problem) as evaluator:
        if asked is None:
            yield evaluator
            return
        async with consulting(*asked) as retainer:
            keep_secret(retainer.secrets)
            for words in retainer.words:
                note(words)
            evaluator.consult({}, retainer.counsel)
            yield evaluator
            note(retainer.told)
