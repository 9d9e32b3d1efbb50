"""What `evo check` does: say for every file whether it holds, without starting a run."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evo.assemble import start as assemble
from evo.assemble.identity import templates_of
from evo.assemble.issuer import builder_of
from evo.cli.streams import lines, note
from evo.cli.trial import Finding, try_problem
from evo.config.component import choose
from evo.config.document import read
from evo.config.pack_run import FILE, instances_of, is_pack_run, load_pack_run, renamed
from evo.config.pipeline import load_pipeline, read_pipeline
from evo.config.problem import load_problem, locate, pipeline_of
from evo.config.resources import known, resolve
from evo.config.run import load_run
from evo.errors import EvoError, NotFoundError, UsageError, nearest
from evo.evaluate import graph_picture
from evo.evaluate.graph import Graph
from evo.evaluate.graph_checks import check_asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from evo.config.problem import Problem
    from evo.config.run import RunSpec

# Of several exit codes, the one that says most: an invalid file, then a missing one, then a failed check.
_WORST_FIRST = (3, 4, 2, 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What a path on the command line means: "problem", "pipeline" or "config"."""

    kind: str
    path: Path
    address: str = ""


def check(paths: Sequence[str], *, svg: Path | None = None) -> int:
    """`evo check`; returns the exit code that says most about all paths.

    Args:
        paths: what to check.
        svg: the file that the one pipeline among `paths` is drawn to, or a folder that takes one file for each.
    """
    codes = {_checked(path) for path in paths}
    if svg is not None and codes <= {0, 1}:
        codes.add(_drawn(paths, svg))
    return next(code for code in _WORST_FIRST if code in codes)


def _checked(path: str) -> int:
    try:
        return asyncio.run(_tell(path))
    except EvoError as error:
        note(str(error))
        lines([f"FAIL  {path}  see the message"])
        return error.exit_code


def _drawn(paths: Sequence[str], place: Path) -> int:
    targets = [target for target in map(_target, paths) if target.kind == "pipeline"]
    if not targets or (len(targets) > 1 and not place.is_dir()):
        raise UsageError(f"--svg {place}: expected one pipeline, or a folder that exists; got {len(targets)} pipelines")
    for target in targets:
        path = place / f"{target.path.stem}.svg" if place.is_dir() else place
        try:
            path.write_text(graph_picture.svg(_graph(target.path)), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--svg {path}: cannot be written: {error.strerror}") from error
        lines([f"ok    {path}  drawn"])
    return 0


def _graph(path: Path) -> Graph:
    return Graph.of(read_pipeline(read(path), path.stem))


async def _tell(path: str) -> int:
    failed = False
    async for finding in _findings(_target(path)):
        failed = failed or not finding.ok
        lines([f"{'ok' if finding.ok else 'FAIL':<4}  {finding.name}  {finding.text}"])
    return 1 if failed else 0


def _target(name: str) -> _Target:
    path = Path(name)
    if path.is_dir():
        if not (path / "problem.yaml").is_file():
            raise NotFoundError(f"{path}: no problem.yaml in it, so it is not a problem")
        return _Target(kind="problem", path=path, address=str(path))
    if not path.exists():
        return _named(name)
    if path.name in {"problem.yaml", "cases.yaml"} or is_pack_run(path):
        return _Target(kind="problem", path=path.parent, address=str(path.parent))
    if path.suffix not in {".yaml", ".yml"}:
        raise UsageError(f"{path}: expected a config or pipeline (.yaml) or the folder of a problem")
    value = read(path).value
    return _Target(kind="pipeline" if isinstance(value, dict) and "stages" in value else "config", path=path)


def _named(name: str) -> _Target:
    """Return what a name means that is no path: a problem, a pipeline or a config."""
    name = renamed(name)
    if name in known("pipelines"):
        return _Target(kind="pipeline", path=resolve("pipelines", name))
    if name in known("configs"):
        return _Target(kind="config", path=resolve("configs", name))
    try:
        folder = resolve("problems", name)
    except NotFoundError:
        try:
            folder = locate(name).folder
        except NotFoundError:
            if name.rpartition("/")[0] in known("problems"):
                raise
            there = [*known("problems"), *known("pipelines"), *known("configs")]
            beside = Path(name).parent
            there += map(str, beside.iterdir()) if os.sep in name and beside.is_dir() else ()
            raise NotFoundError(f"{name}: no such file, problem, pipeline or config{nearest(name, there)}") from None
    return _Target(kind="problem", path=folder, address=name)


async def _findings(target: _Target) -> AsyncIterator[Finding]:
    match target.kind:
        case "problem":
            async for finding in try_problem(target.address):
                yield finding
            yield _pack_run(target)
        case "pipeline":
            graph = _graph(target.path)
            yield Finding(
                name=str(target.path), text=f"{len(graph.nodes)} stages\n{graph_picture.text(graph).rstrip()}"
            )
        case _:
            yield _config(target.path)


def _config(path: Path) -> Finding:
    value = read(path).value
    if isinstance(value, dict) and not {"problem", "extends"} & value.keys():
        # Others extend it; what it leaves open is filled in, so that what it says can be judged.
        missing = [] if "budget" in value else ["budget.tickets=1"]
        _components(load_run(path, [f"problem={path.stem}", *missing]))
        return Finding(name=str(path), text="a base for other configs")
    return Finding(name=str(path), text=_tried(load_run(path)))


def _pack_run(target: _Target) -> Finding:
    """Check how a pack says that it is best run, for the instance that is named, else for all of them."""
    texts = [_tried(load_pack_run(address)) for address in instances_of(target.address)]
    what = texts[0] if len(texts) == 1 else f"{len(texts)} instances, {texts[0].partition(', ')[2]}"
    there = "" if (target.path / FILE).is_file() else "; there is none, so base.yaml says how"
    return Finding(name=str(target.path / FILE), text=f"{what}{there}")


def _tried(spec: RunSpec) -> str:
    """Check what a run declares against its problem and pipeline; return what it is, in words."""
    beside = spec.source.parent if spec.source else None
    _components(spec)
    problem = load_problem(spec.problem, beside=beside, params=spec.params or None)
    graph = Graph.of(load_pipeline(str(pipeline_of(problem, spec.pipeline, beside=beside))))
    check_asked(graph, spec.llms)
    _measures(spec, problem, graph)
    builder_of(spec, problem, templates_of(spec, beside))
    return f"{problem.label}, pipeline {graph.name}, seed {spec.seed}"


def _components(spec: RunSpec) -> None:
    """Build every component once, so that a wrong option is found now."""
    choose(spec.selector, assemble.SELECTORS)
    choose(spec.strategy, assemble.STRATEGIES)
    choose(spec.mix, assemble.MIXES)
    for emitter in spec.emitters:
        choose(emitter, assemble.EMITTERS)
    for llm in spec.llms.values():
        choose(llm, assemble.LLMS)


def _measures(spec: RunSpec, problem: Problem, graph: Graph) -> None:
    there = {**problem.spec.measures, **graph.measures}
    for name in spec.archive.measures:
        if name not in there:
            message = f"unknown measure{nearest(name, there)}; {problem.label} has {', '.join(there)}"
            document = read(spec.source) if spec.source else read(problem.folder / "problem.yaml")
            raise document.error(("archive", "measures", name), message, at_key=True)
