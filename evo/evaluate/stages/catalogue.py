"""Which stages there are: those that ship, those of installed packages, those in files of the user's.

A class whose `run` is a coroutine is a `Stage`: it runs in the main process, where it awaits the executor. One whose
`run` is a plain function runs in a judge process. Candidates' words are parsed in judges alone, so whoever looks into
what a candidate said writes the second kind; the first is for what sets the executor or a model to work.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from evo import parts
from evo.config.component import build
from evo.errors import nearest
from evo.evaluate.stages.custom import DECLARED, custom, in_file, in_judge
from evo.evaluate.stages.stage_class import module_class
from evo.parts import KINDS, Origin, Part
from evo.parts.origin import origin_of_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.config.pipeline import StageSpec
    from evo.evaluate.stages.custom import Custom
    from evo.evaluate.stages.stage import Stage
    from evo.parts.origin import Source


def made(name: str, spec: StageSpec, own: Mapping[str, type[Stage]] | None = None) -> Part:
    """Return the stage that a pipeline file asks for, with where it came from.

    Args:
        name: the stage's, in the pipeline.
        spec: as declared: a name, `module:Class` or `path.py:Class`; in Python, a live stage.
        own: further ones by name, for whoever builds a graph in Python.

    Raises:
        SpecError: there is no such stage, or its options do not fit.
    """
    place, component = f"stages.{name}", spec.component
    if own and spec.use in own:
        stage, origin = build(component, own[spec.use]), Origin(source="live", name=own[spec.use].__name__)
        return Part(kind="stage", place=place, use=spec.use, origin=origin, options=spec.options, value=stage)
    if component.live is not None or spec.use in KINDS["stage"].shipped:
        return parts.make("stage", component, place)
    if in_file(spec):
        return _judged(place, spec, custom(spec), "file")
    if ":" in spec.use:
        module, _, cls = spec.use.rpartition(":")
        return _of_module(place, spec, (module, cls), "module")
    installed = parts.installed("stage")
    if spec.use in installed:
        point = installed[spec.use]
        return _of_module(place, spec, (point.module, point.attr), "installed")
    names = [*KINDS["stage"].shipped, *installed]
    raise spec.error(f"unknown {spec.use!r}{nearest(spec.use, names)}; there are {', '.join(names)}", "use")


def _of_module(place: str, spec: StageSpec, address: tuple[str, str], source: Source) -> Part:
    """Return a stage of a module: read where its `run` is a plain function, imported where it is a coroutine."""
    found = module_class(spec, *address, DECLARED)
    if found is not None and not found.coroutine:
        return _judged(place, spec, in_judge(spec, found), source)
    part = parts.make("stage", spec.component, place)
    if not inspect.iscoroutinefunction(getattr(part.value, "run", None)):
        message = f"{':'.join(address)} has no coroutine run(self, inputs, runtime)"
        raise spec.error(f"{message}; to run it in a judge, name the module that defines the class and its run", "use")
    return part


def _judged(place: str, spec: StageSpec, stage: Custom, source: Source) -> Part:
    origin = origin_of_file(Path(stage.file), stage.module, source)
    return Part(kind="stage", place=place, use=spec.use, origin=origin, options=spec.options, value=stage)
