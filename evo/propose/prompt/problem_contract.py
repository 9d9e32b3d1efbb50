"""What prompts say of a problem, taken from its files."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.records import Direction
from evo.repository.outline import outline_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.edits import Editable


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemContract:
    """All that a prompt says about a problem, as plain data.

    Attributes:
        label: "circle_packing/26".
        summary: one line. brief: the problem in full, Markdown.
        language: of the program. file: the path of the entry file.
        entry: the function that is called. signature: how it is called, as code.
        editable: what of the program may change.
        imports: the modules that may be imported; empty means the standard library.
        limits: in words, for example "10 CPU seconds, 512 MB".
        params: the instance's parameters.
        objective: the figure's name. unit: "" when it has none.
        best_known: in words with its source; "" when there is none. record: the value alone, None likewise.
        libraries: those of the imports that are no part of Python -> version.
        measures: name -> meaning.
        rest: of a repository, what is told of all that may not change, Markdown; "" for other programs.
        globs: of a repository, what may change.
    """

    label: str
    summary: str
    brief: str
    language: str
    file: str
    entry: str
    signature: str
    editable: Editable
    objective: str
    direction: Direction
    unit: str = ""
    best_known: str = ""
    imports: tuple[str, ...] = ()
    limits: str = ""
    record: float | None = None
    libraries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    params: Mapping[str, JSON]
    measures: Mapping[str, str]
    rest: str = ""
    globs: tuple[str, ...] = ()


def contract_of(problem: Problem, libraries: Mapping[str, str] | None = None) -> ProblemContract:
    """Return a problem's contract with those who write programs for it.

    Args:
        problem: what it is about.
        libraries: the versions that are told; None for those of this machine.
    """
    spec, limits, best = problem.spec, problem.limits, problem.best_known
    return ProblemContract(
        label=problem.label,
        summary=spec.summary,
        brief=problem.brief,
        language=spec.language,
        file=spec.program.file,
        entry=spec.program.entry,
        signature=spec.program.signature,
        editable=problem.editable,
        imports=spec.program.imports,
        limits=f"{limits.cpu_seconds:g} CPU seconds, {limits.memory_mb:g} MB of memory",
        params=problem.params,
        objective=spec.objective.name,
        direction=Direction(spec.objective.direction),
        unit=spec.objective.unit,
        record=best.value if best else None,
        libraries=installed(spec.program.imports) if libraries is None else libraries,
        best_known=f"{best.value!r} ({best.source})" if best else "",
        measures={name: measure.meaning for name, measure in spec.measures.items()},
        rest=outline_of(problem.tree, spec.program.shown) if problem.tree else "",
        globs=() if isinstance(spec.program.editable, str) else spec.program.editable,
    )


@lru_cache(maxsize=32)
def installed(imports: tuple[str, ...]) -> Mapping[str, str]:
    """Return the versions of those of some modules that are installed here and are no part of Python, by name."""
    found: dict[str, str] = {}
    for module in imports:
        name = module.partition(".")[0]
        if name in found or name in sys.stdlib_module_names:
            continue
        if version := _version(name):
            found[name] = version
    return MappingProxyType(found)


def _version(module: str) -> str:
    """Return the version of the distribution that brings a module, "" where none is known."""
    try:
        return metadata.version(module)
    except metadata.PackageNotFoundError:
        # A module may be called otherwise than its distribution; looking through all of them takes a while.
        distribution = next(iter(metadata.packages_distributions().get(module, ())), None)
        return metadata.version(distribution) if distribution else ""
