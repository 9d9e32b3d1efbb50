"""What a run's declaration means wherever it is read: its seeds, its addresses, the files that its log hangs on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evo.canonical import fingerprint
from evo.config.pipeline import load_pipeline
from evo.config.problem import pipeline_of
from evo.config.resources import shipped
from evo.errors import NotFoundError, nearest
from evo.evaluate.stages.custom import custom_files
from evo.llm.offline.ideas import idea_files
from evo.records import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.config.problem import Problem
    from evo.config.run import RunSpec


def seeds_of(spec: RunSpec, problem: Problem, beside: Path | None, runs_dir: Path) -> dict[str, Program]:
    """Return the programs that a new run starts from, by name.

    Raises:
        NotFoundError: a seed that does not exist, or none at all.
    """
    if spec.seeds is None:
        seeds = dict(problem.seeds)
    else:
        seeds = {name: _seed(name, problem, beside, runs_dir) for name in spec.seeds}
    if not seeds:
        raise NotFoundError(f"{problem.folder / 'seeds'}: no seed program; a run has to start from one")
    return seeds


def _seed(name: str, problem: Problem, beside: Path | None, runs_dir: Path) -> Program:
    """Return a seed given as a file, beside the config, here or in the problem's folder, or as RUN:PROGRAM."""
    for base in (beside or Path(), Path(), problem.folder):
        if (base / name).is_file():
            return Program.of({problem.spec.program.file: (base / name).read_text(encoding="utf-8")})
    if ":" in name:
        from evo.store.reading import address  # noqa: PLC0415 - only seeds from other runs need it

        return address.program(runs_dir, name)
    known = [f"seeds/{seed}" for seed, _ in problem.seeds]
    raise NotFoundError(f"seed {name!r}: no such file, and not a RUN:PROGRAM{nearest(name, known)}")


def anchored(spec: RunSpec, problem: Problem, instance: str, beside: Path | None) -> RunSpec:
    """Return the spec with addresses that mean the same from everywhere, so that a resume finds what the run used."""
    home = shipped("problems")
    folder = problem.folder.resolve()
    if not folder.is_relative_to(home):
        spec = replace(spec, problem=f"{folder}/{instance}" if instance else str(folder))
    folder = templates_of(spec, beside)
    if folder:
        spec = replace(spec, prompts=replace(spec.prompts, templates=str(folder.resolve())))
    path = pipeline_of(problem, spec.pipeline, beside=beside).resolve()
    return replace(spec, pipeline=path.stem if path.is_relative_to(shipped("pipelines").resolve()) else str(path))


def templates_of(spec: RunSpec, beside: Path | None) -> Path | None:
    """Return the folder of the run's own templates, beside the config or here; None for those that ship."""
    named = spec.prompts.templates
    if named is None:
        return None
    return next((base / named for base in (beside or Path(), Path()) if (base / named).is_dir()), Path(named))


def meaning(problem: Problem, spec: RunSpec, templates: Mapping[str, str] | None = None) -> str:
    """Return the fingerprint of all files that shape what a run asks, how it scores and what the numbers mean.

    Args:
        problem: what the run searches.
        spec: the run.
        templates: name -> text of templates of the run's own.
    """
    pipeline = pipeline_of(problem, spec.pipeline)
    stages = custom_files(load_pipeline(str(pipeline)))
    texts = [path.read_text(encoding="utf-8") for path in [*idea_files(problem.ideas), pipeline, *stages]]
    texts += [part for name, text in sorted((templates or {}).items()) for part in (name, text)]
    return fingerprint("\x1f".join([problem.fingerprint, problem.brief, *texts]))
