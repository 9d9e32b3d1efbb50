"""What the results of a run stand on: every file that its problem, its pipeline and its own parts read, and the tools.

Written into the header when a run begins, each by its hash or version, and compared when the run is taken up or
executed again, so that whoever is refused is told which file it is. Nothing is imported to find out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from evo.canonical import fingerprint
from evo.config.companions import companions
from evo.config.contents import contents_of, digest_of
from evo.config.pipeline import load_pipeline
from evo.config.problem import load_problem, pipeline_of
from evo.config.run import from_yaml
from evo.errors import ConflictError, EvoError
from evo.evaluate.stages.custom import custom_files
from evo.store.store import TRUST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.config.problem import Problem
    from evo.config.run import RunSpec
    from evo.records import Tree
    from evo.store.store import RunHeader

_SHOWN = 8
_TOOLS = "tools"


def grounds_of(spec: RunSpec, problem: Problem) -> dict[str, dict[str, str]]:
    """Return group -> name -> hash of the files that a run's results stand on.

    Args:
        spec: the run, with addresses that mean the same from everywhere.
        problem: what it searches.

    Returns:
        `problem`: the files of its folder and of its `data`. `pipeline`: the pipeline's, where it lies elsewhere.
        `environment`: what is installed in the problem's, by version and hash.
        `code`: of stages and other parts that lie in files of somebody's, with what they bring along.

    Raises:
        NotFoundError, SpecError: a file that is named is not there or cannot be read.
    """
    home = problem.folder.resolve()
    path = pipeline_of(problem, spec.pipeline)
    code = {each for file in (*custom_files(load_pipeline(str(path))), *_part_files(spec)) for each in companions(file)}
    outside = {} if path.resolve().is_relative_to(home) else {path.name: digest_of(path)}
    found = {
        "problem": problem_files(problem, home),
        "environment": problem.environment.installed() if problem.environment else {},
        "pipeline": outside,
        "code": _by_short_name(sorted(each for each in code if not each.is_relative_to(home))),
    }
    return {group: names for group, names in found.items() if names}


def problem_files(problem: Problem, home: Path) -> dict[str, str]:
    """Return the files of a problem's folder; a repository that is its program stands in the run, and may go on."""
    data, unread, repository = (*problem.spec.data, *problem.spec.readable), problem.spec.unread, problem.repository
    if repository is None or repository.root != home:
        within = repository is not None and repository.root.is_relative_to(home)
        inside = [repository.root.relative_to(home).as_posix()] if repository and within else []
        return contents_of(home, data=data, unread=(*unread, *inside))
    found: dict[str, str] = {}
    for path in repository.without:
        name = path.relative_to(home).as_posix()
        if path.is_file() and name != "run.yaml":
            found[name] = digest_of(path)
        elif path.is_dir() and name != "runs":
            found |= {f"{name}/{inner}": digest for inner, digest in contents_of(path).items()}
    return found


def written(grounds: Mapping[str, Mapping[str, str]], tools: Mapping[str, str], *, trust: str = "") -> str:
    """Return what the header keeps, as JSON; `tools` is name -> version, `trust` what scores are worth."""
    more = {_TOOLS: dict(tools), TRUST: {"score": trust} if trust else {}}
    return json.dumps({**grounds, **{k: each for k, each in more.items() if each}}, ensure_ascii=False, sort_keys=True)


def changes(header: RunHeader, tree: Tree | None = None) -> Sequence[str]:
    """Return in words what a run's results stand on and what has changed since it began; tools are not looked at.

    Where it cannot be known (an old run, a problem that is gone) that is said, or nothing.
    """
    if not _groups(header.grounds):
        return []
    try:
        spec = from_yaml(header.spec, "the recorded config")
        problem = load_problem(spec.problem, params=spec.params or None, tree=tree)
        return differing(_groups(header.grounds), grounds_of(spec, problem))
    except EvoError as error:
        return [f"what it stands on cannot be looked at: {str(error).splitlines()[0]}"]


def refuse_others(header: RunHeader, spec: RunSpec, problem: Problem) -> None:
    """Refuse files that are not what they were when the run began; a run that did not record them has none.

    Raises:
        ConflictError: one has changed, is gone or is new; it is named.
    """
    before = _groups(header.grounds)
    found = differing(before, grounds_of(spec, problem)) if before else []
    if found:
        raise _conflict(f"problem {problem.label}", header, found)


def refuse_other_tools(header: RunHeader, tools: Mapping[str, str]) -> None:
    """Refuse other versions of the programs that a pipeline's commands start.

    Raises:
        ConflictError: one is another version; it is named.
    """
    # Of one that was not there yet, or says nothing of itself, nothing is known.
    before = {name: version for name, version in _groups(header.grounds).get(_TOOLS, {}).items() if version}
    found = [
        f"{name} was {before[name]!r} and is {tools.get(name, 'not asked for')!r}"
        for name in before
        if tools.get(name) != before[name]
    ]
    if found:
        raise _conflict("the toolchain", header, found)


def _conflict(what: str, header: RunHeader, found: Sequence[str]) -> ConflictError:
    more = f", and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ConflictError(
        f"{what} is not what it was when {header.id} began: {', '.join(found[:_SHOWN])}{more}. Put that back, or start "
        f"a new run from its elites: evo run CONFIG --set seeds=[{header.id}:@best]; `evo replay` verifies the log as "
        "it is"
    )


def differing(before: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return in words which files of two grounds differ, by group and name; tools and trust are not looked at."""
    found: list[str] = []
    for group in sorted({*before, *now} - {_TOOLS, TRUST}):
        was, got = before.get(group, {}), now.get(group, {})
        place = "" if group == "problem" else f"{group} "
        for name in sorted({*was, *got}):
            if was.get(name) != got.get(name):
                fate = "is new" if name not in was else "is gone" if name not in got else "changed"
                found.append(f"{place}{name} {fate}")
    return found


def _groups(text: str) -> Mapping[str, Mapping[str, str]]:
    return cast("Mapping[str, Mapping[str, str]]", json.loads(text or "{}"))


def _by_short_name(paths: Sequence[Path]) -> dict[str, str]:
    """Return folder/name -> hash; files that share both stand together."""
    found: dict[str, str] = {}
    for path in paths:
        name, digest = f"{path.parent.name}/{path.name}", digest_of(path)
        found[name] = fingerprint(found[name] + digest) if name in found else digest
    return found


def _part_files(spec: RunSpec) -> list[Path]:
    """Return the files of parts that are named as `path.py:Class`; no result stands on a tracker."""
    places = {use.rpartition(":")[0] for use in _uses(replace(spec, trackers=()))}
    return sorted(Path(place) for place in places if place.endswith(".py") and Path(place).is_file())


def _uses(value: object) -> Iterator[str]:
    """Yield every `use` within a declared run."""
    if is_dataclass(value):
        use = getattr(value, "use", None)
        if isinstance(use, str):
            yield use
        for each in fields(value):
            yield from _uses(getattr(value, each.name)) if each.compare else ()
    elif isinstance(value, Mapping):
        for each in cast("Mapping[object, object]", value).values():
            yield from _uses(each)
    elif isinstance(value, tuple):
        for each in cast("tuple[object, ...]", value):
            yield from _uses(each)
