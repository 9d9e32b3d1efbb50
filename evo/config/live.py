"""Live parts: what is handed over in Python where a file would have a name."""

from __future__ import annotations

from dataclasses import is_dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.config.component import Component
from evo.config.dump import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON


def as_component(value: object) -> Component:
    """Return the component that stands for a component, a name or a live part.

    A live part is known by the address of its class, and by its fields as plain data, so that it can be made again when
    the run is taken up.

    Raises:
        EvoError: a field of a live part that no file could hold.
    """
    if isinstance(value, Component):
        return value
    if isinstance(value, str):
        return Component(use=value)
    kind = type(value)
    options = cast("Mapping[str, JSON]", plain(value) if is_dataclass(value) else {})
    return Component(use=f"{kind.__module__}:{kind.__qualname__}", options=MappingProxyType(dict(options)), live=value)


def adopt(section: object, *names: str) -> None:
    """Put components in the place of what stands in these fields of a frozen dataclass: one, several, or by role."""
    for name in names:
        value: object = getattr(section, name)
        if value is None or isinstance(value, Component):
            continue
        if isinstance(value, tuple | list):
            value = tuple(as_component(each) for each in cast("tuple[object, ...]", value))
        elif isinstance(value, MappingProxyType | dict):
            items = cast("Mapping[str, object]", value).items()
            value = MappingProxyType({role: as_component(each) for role, each in items})
        else:
            value = as_component(value)
        object.__setattr__(section, name, value)
