"""What a run's declaration means wherever it is read: its seeds, its addresses, the files that its log hangs on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evo import parts
from evo.canonical import fingerprint
from evo.config.component import Component
from evo.config.document import Document
from evo.config.pipeline import load_pipeline
from evo.config.problem import pipeline_of
from evo.config.resources import shipped
from evo.edits import GRAMMAR
from evo.errors import NotFoundError, nearest
from evo.evaluate.stages.custom import custom_files
from evo.llm.offline.ideas import idea_files
from evo.records import Program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.assemble.setup import Setup
    from evo.config.problem import Problem
    from evo.config.run import RunSpec
    from evo.config.sections import ArchiveSpec


def seeds_of(spec: RunSpec, problem: Problem, beside: Path | None, runs_dir: Path) -> dict[str, Program]:
    """Return the programs that a new run starts from, by name.

    Raises:
        NotFoundError: a seed that does not exist, or none at all.
    """
    seeds = dict(problem.seeds) if spec.seeds is None else _named_seeds(spec.seeds, problem, beside, runs_dir)
    if not seeds:
        raise NotFoundError(f"{problem.folder / 'seeds'}: no seed program; a run has to start from one")
    return seeds


def _named_seeds(names: Sequence[str], problem: Problem, beside: Path | None, runs_dir: Path) -> dict[str, Program]:
    """Return the seeds that a run names; all elites of another run are several."""
    from evo.store.reading import address  # noqa: PLC0415 - only seeds from other runs need it

    found: dict[str, Program] = {}
    for name in names:
        run, _, program = name.rpartition(":")
        if program == address.ELITES:
            found |= address.elites(runs_dir, run)
        else:
            found[name] = _seed(name, problem, beside, runs_dir)
    return found


def explicit_seeds(spec: RunSpec, seeds: Mapping[str, Program]) -> RunSpec:
    """Return the run with its seeds as they were found, so that what is recorded means the same for ever."""
    return spec if spec.seeds is None else replace(spec, seeds=tuple(seeds))


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


def anchored(setup: Setup, instance: str, beside: Path | None) -> Setup:
    """Return the setup with addresses that mean the same from everywhere, so that a resume finds what the run used.

    Args:
        setup: of a new run.
        instance: of its problem, whatever parameters were put upon it.
        beside: the folder of the run's config.
    """
    spec, problem = setup.declared, setup.problem
    folder = problem.folder.resolve()
    if not folder.is_relative_to(shipped("problems")):
        # Under a former name the pack is found beside the folder that it has now.
        folder = folder.with_name(problem.spec.name) if problem.former else folder
        spec = replace(spec, problem=f"{folder}/{instance}" if instance else str(folder))
    folder = templates_of(spec, beside)
    if folder:
        spec = replace(spec, prompts=replace(spec.prompts, templates=str(folder.resolve())))
    path = pipeline_of(problem, spec.pipeline, beside=beside).resolve()
    pipeline = path.stem if path.is_relative_to(shipped("pipelines").resolve()) else str(path)
    prompts = replace(spec.prompts, edition=setup.prompts.edition, libraries=setup.prompts.libraries)
    answers = replace(spec.answers, grammar=GRAMMAR)
    # The log rests on the window of an ordered run, and a resume may change what that follows.
    schedule = replace(spec.schedule, window=setup.window) if setup.ordered else spec.schedule
    written = replace(spec, pipeline=pipeline, prompts=prompts, answers=answers, schedule=schedule)
    return replace(setup, declared=_with_placed_parts(written))


def _with_placed_parts(spec: RunSpec) -> RunSpec:
    """Return the spec with every part that lies in a file named by the file's whole path."""
    islands = spec.islands
    each = tuple(
        replace(
            island,
            archive=_placed_archive(spec, island.archive) if island.archive else None,
            selector=_placed(island.selector) if island.selector else None,
            emitters=None if island.emitters is None else tuple(_placed(emitter) for emitter in island.emitters),
        )
        for island in islands.each
    )
    return replace(
        spec,
        strategy=_placed(spec.strategy),
        selector=_placed(spec.selector),
        mix=_placed(spec.mix),
        economy=_placed(spec.economy) if spec.economy else None,
        executor=_placed(spec.executor),
        emitters=tuple(_placed(emitter) for emitter in spec.emitters),
        llms={role: _placed(llm) for role, llm in spec.llms.items()},
        archive=_placed_archive(spec, spec.archive),
        islands=replace(
            islands,
            migration=_placed(parts.written("topology", islands.migration)),
            choice=_placed(parts.written("turns", islands.choice)),
            reset=_placed(parts.written("reset", islands.reset)) if islands.reset else None,
            each=each,
        ),
    )


def _placed_archive(spec: RunSpec, archive: ArchiveSpec) -> ArchiveSpec:
    beside = Document(name=str(spec.source or ""))
    use = _placed(Component(use=archive.use, document=beside, live=archive.live)).use
    return replace(archive, use=use, replacement=_placed(archive.replacement))


def _placed(component: Component) -> Component:
    where, colon, name = component.use.rpartition(":")
    file = parts.file_of(component, where) if colon and component.live is None else None
    return replace(component, use=f"{file}:{name}") if file else component


def templates_of(spec: RunSpec, beside: Path | None) -> Path | None:
    """Return the folder of the run's own templates, beside the config or here; None for those that ship."""
    named = spec.prompts.templates
    if named is None:
        return None
    return next((base / named for base in (beside or Path(), Path()) if (base / named).is_dir()), Path(named))


def meaning(problem: Problem, pipeline: str | None, templates: Mapping[str, str] | None = None) -> str:
    """Return the fingerprint of all files that shape what a run asks, how it scores and what the numbers mean.

    Args:
        problem: what the run searches.
        pipeline: as the run names it; None for the problem's.
        templates: name -> text of templates that do not come with this package.
    """
    path = pipeline_of(problem, pipeline)
    stages = custom_files(load_pipeline(str(path)))
    texts = [file.read_text(encoding="utf-8") for file in [*idea_files(problem.ideas), path, *stages]]
    texts += [part for name, text in sorted((templates or {}).items()) for part in (name, text)]
    return fingerprint("\x1f".join([problem.fingerprint, problem.brief, *texts]))
