"""The spaces of a run's archives: the measures that it names, divided as it says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo import parts
from evo.assemble.fold import archives_of, misdeclared
from evo.config.component import Component
from evo.config.document import NOWHERE, Document
from evo.config.sections import AxisSpec
from evo.errors import EvoError, SpecError, nearest
from evo.qd.spaces import Axis, Category, Scale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.positions import Loc
    from evo.config.problem import Problem
    from evo.config.problem_spec import MeasureSpec
    from evo.config.run import RunSpec
    from evo.config.sections import ArchiveSpec
    from evo.parts import Part
    from evo.qd.spaces import Space, SpaceOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Spaces:
    """The space of each island, and the parts that they were made by; islands without an own archive share one."""

    each: Sequence[Space]
    made: Sequence[Part]


def spaces_of(spec: RunSpec, problem: Problem, measures: Mapping[str, MeasureSpec]) -> Spaces:
    """Return each island's space; one that names no measures has all of the problem's.

    Args:
        spec: the run.
        problem: what it searches.
        measures: of the problem and of its pipeline's stages.

    Raises:
        SpecError: a measure that is not there, an unknown kind of space, or axes that it cannot hold.
    """
    made: dict[str, Part] = {}
    spaces: dict[int, Space] = {}
    each: list[Space] = []
    for island, archive in enumerate(archives_of(spec)):
        own = archive is not spec.archive
        loc: Loc = ("islands", "each", island, "archive") if own else ("archive",)
        if id(archive) not in spaces:
            part = _kind(spec, archive, loc)
            made[part.place] = part
            spaces[id(archive)] = _over(spec, _axes(spec, problem, measures, archive, loc), part, loc)
        each.append(spaces[id(archive)])
    return Spaces(each=each, made=list(made.values()))


def bordered(archive: ArchiveSpec) -> bool:
    """Tell whether the cells of an archive lie between the recorded edges of its axes, so that these can be checked."""
    use, shipped = archive.use, parts.KINDS["space"].shipped
    return use in shipped and bool(getattr(parts.find("space", Component(use=use)).cls, "bordered", False))


def _kind(spec: RunSpec, archive: ArchiveSpec, loc: Loc) -> Part:
    """Return an archive's kind of space; `cells` goes to those kinds that have such an option."""
    options: dict[str, JSON] = dict(archive.options or {})
    component = Component(use=archive.use, document=_document(spec), live=archive.live)
    try:
        cls = parts.find("space", component).cls
        if "cells" not in options and "cells" in getattr(cls, "__dataclass_fields__", {}):
            options["cells"] = archive.cells
        made = replace(component, options=MappingProxyType(options))
        return parts.make("space", made, ".".join(map(str, loc)))
    except SpecError as error:
        raise misdeclared(spec, loc, str(error)) from error


def _document(spec: RunSpec) -> Document:
    """Return the name of the run's file, beside which relative names resolve; nothing of it is read."""
    return Document(name=str(spec.source)) if spec.source else NOWHERE


def _axes(
    spec: RunSpec, problem: Problem, measures: Mapping[str, MeasureSpec], archive: ArchiveSpec, loc: Loc
) -> list[Axis | Category]:
    axes: list[Axis | Category] = []
    for name, axis in (archive.measures or {name: AxisSpec() for name in problem.spec.measures}).items():
        if name not in measures:
            message = f"unknown measure{nearest(name, measures)}; {problem.label} has {', '.join(measures)}"
            raise misdeclared(spec, (*loc, "measures", name), message)
        found = measures[name]
        if axis.values is not None:
            axes.append(Category(name=name, values=axis.values))
        else:
            axes.append(Axis(name=name, low=found.low, high=found.high, cells=axis.cells, scale=Scale(axis.scale)))
    return axes


def _over(spec: RunSpec, axes: Sequence[Axis | Category], part: Part, loc: Loc) -> Space:
    try:
        return cast("SpaceOptions", part.value).over(axes, spec.seed)
    except EvoError as error:
        if isinstance(error, SpecError):
            raise
        # A refusal that begins with a measure's name is about that measure.
        name, colon, rest = str(error).partition(": ")
        if colon and name in {axis.name for axis in axes}:
            raise misdeclared(spec, (*loc, "measures", name), rest) from error
        raise misdeclared(spec, loc, str(error)) from error
