"""Emitters that bring a model along: options of theirs that are not their own make a role of the run."""

from __future__ import annotations

from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo import parts
from evo.config.document import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.config.component import Component
    from evo.config.run import RunSpec


def with_brought(spec: RunSpec) -> RunSpec:
    """Return a run in which every emitter that brings a model names its role, and the role is among `llms`.

    `{use: command, argv: [...], weight: 2}` becomes the emitter `{use: command, weight: 2, llm: command}` and the model
    `{use: command, argv: [...]}`; a second one is `command_2`. A run without such emitters is returned as it is.

    Raises:
        SpecError: an emitter brings a model for a role that is there already.
    """
    llms = dict(spec.llms)
    emitters = tuple(_split(each, llms) for each in spec.emitters)
    islands = tuple(
        replace(each, emitters=tuple(_split(one, llms) for one in each.emitters)) if each.emitters else each
        for each in spec.islands.each
    )
    if len(llms) == len(spec.llms):
        return spec
    return replace(spec, emitters=emitters, islands=replace(spec.islands, each=islands), llms=MappingProxyType(llms))


def _split(component: Component, llms: dict[str, Component]) -> Component:
    """Return an emitter without the options of the model that it brings, which is put among `llms`."""
    cls = parts.find("emitter", component).cls if component.live is None and component.options else None
    brings = cast("str", getattr(cls, "brings", ""))
    if cls is None or not brings:
        return component
    own = {each.name for each in fields(cls)}
    model = component.without(*own)
    if not model.options:
        return component
    role = component.options.get("llm")
    named = role is not None
    if role is None:
        role = _unused(component.use, llms)
    elif not isinstance(role, str) or role in llms:
        raise component.error(f"{role!r} is a role of llms already; expected another one, or its options there", "llm")
    llms[role] = replace(model, use=brings)
    kept = replace(component.only(*own), apart=tuple(model.options))
    # What no file says has no place in one.
    document, loc = (kept.document, kept.loc) if named else (NOWHERE, ())
    return replace(kept, options=MappingProxyType({**kept.options, "llm": role}), document=document, loc=loc)


def _unused(name: str, llms: Mapping[str, Component]) -> str:
    if name not in llms:
        return name
    return next(f"{name}_{number}" for number in range(2, len(llms) + 3) if f"{name}_{number}" not in llms)
