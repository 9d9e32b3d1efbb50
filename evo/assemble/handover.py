"""Live parts for a run that is taken up: those that no address leads to have to be handed over again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from evo import parts
from evo.config.component import Component
from evo.config.live import as_component
from evo.config.sections import ArchiveSpec
from evo.errors import ConflictError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.config.run import RunSpec

# The kinds of which the program fills fields, by the keys under which they stand.
_KINDS = {"migration": "topology", "choice": "turns", "reset": "reset"}


def handed_over(spec: RunSpec, given: Mapping[str, object]) -> RunSpec:
    """Return the run with live parts in their places.

    Args:
        spec: as recorded.
        given: dotted key of the config ("selector", "emitters.0", "llms.fast", "archive") -> part.

    Raises:
        UsageError: a key under which no part stands.
        ConflictError: a part of another class, or with other options, than the run began with.
    """
    for place, part in given.items():
        spec = cast("RunSpec", _put(spec, place.split("."), place, part))
    return spec


def _put(value: object, steps: Sequence[str], place: str, part: object) -> object:
    """Return a value of the config with a part somewhere below it."""
    if not steps:
        return _placed(value, place, part)
    step, below = steps[0], steps[1:]
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value)
        _find(step, list(items), place)
        return MappingProxyType({**items, step: _put(items[step], below, place, part)})
    if isinstance(value, tuple):
        entries = cast("tuple[object, ...]", value)
        _find(step, [str(number) for number in range(len(entries))], place)
        return tuple(
            _put(entry, below, place, part) if str(number) == step else entry for number, entry in enumerate(entries)
        )
    _find(step, [item.name for item in fields(value)] if is_dataclass(value) else [], place)
    return replace(cast("Any", value), **{step: _put(getattr(value, step), below, place, part)})


def _find(step: str, names: Sequence[str], place: str) -> None:
    if step not in names:
        raise UsageError(f"parts[{place!r}]: no {step!r} in the run's config{nearest(step, names)}")


def _placed(value: object, place: str, part: object) -> object:
    component, kind = as_component(part), _KINDS.get(place.rpartition(".")[2])
    component = parts.written(kind, component) if kind else component
    if isinstance(value, ArchiveSpec):
        _refuse_another(value.use, value.options or {}, component, place)
        return replace(value, live=part)
    if not isinstance(value, Component):
        raise UsageError(f"parts[{place!r}]: no part stands there; expected a key such as selector or llms.fast")
    _refuse_another(value.use, value.options, component, place)
    return replace(value, live=part)


def _refuse_another(use: str, options: Mapping[str, object], component: Component, place: str) -> None:
    if (use, dict(options)) != (component.use, dict(component.options)):
        raise ConflictError(
            f"parts[{place!r}]: expected what the run began with, {use} {dict(options)}; "
            f"got {component.use} {dict(component.options)}"
        )
