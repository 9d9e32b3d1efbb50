"""Layers of a config: a base below, the file above it, single settings on top.

Every node keeps the source it came from, so an error in a value points into the file that wrote it.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.config.dialect import compose
from evo.config.positions import Span, YamlNode, YamlSource, cut, dotted
from evo.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.document import Document
    from evo.config.positions import Loc


def merged(base: YamlNode, top: YamlNode) -> YamlNode:
    """Return `top` laid over `base`: mappings merge key by key, everything else replaces.

    A component with another `use` replaces too, since options of one implementation mean nothing to another. The name
    alone of a component that is there already leaves it as it is.
    """
    if isinstance(base.value, dict) and isinstance(top.value, str) and base.value.get("use") == top.value:
        return base
    if not (isinstance(base.value, dict) and isinstance(top.value, dict)) or _differ(base, top):
        return top
    children = dict(base.children)
    for name, child in top.children.items():
        children[name] = merged(children[name], child) if name in children else child
    # A setting has no lines: a mapping that it merely touches keeps the place where it was written.
    return rebuilt(top if top.source.lines else base, children)


def without(node: YamlNode, name: str) -> YamlNode:
    """Return a mapping without one of its keys."""
    return rebuilt(node, {key: child for key, child in node.children.items() if key != name})


def rebuilt(node: YamlNode, children: Mapping[str | int, YamlNode]) -> YamlNode:
    """Return `node` with other children, and the value that they make."""
    items = children.items()
    value: JSON
    if isinstance(node.value, list):
        value = [child.value for _, child in items]
    else:
        value = {str(name): child.value for name, child in items}
    return replace(node, value=value, children=MappingProxyType(dict(children)))


def overridden(document: Document, settings: Sequence[str]) -> Document:
    """Return the document with settings such as `budget.tickets=50` or `emitters.0.weight=2` on top, in order.

    Args:
        document: the merged file.
        settings: dotted path, "=", and a value in YAML. An index must exist already.

    Raises:
        SpecError: no "=", an empty key, a value that is not YAML, or an index that is not there.
    """
    root = document.root
    for setting in settings:
        source = YamlSource(name=f"--set {cut(setting)}")
        key, equals, text = setting.partition("=")
        steps = tuple(key.strip().split("."))
        if not equals or not all(steps):
            raise SpecError("expected KEY=VALUE, for example budget.tickets=50", path=source.name)
        value = compose(text, source) or _made(None, source)
        root = _set(root, steps, value, ())
    return replace(document, root=root)


def _set(node: YamlNode | None, steps: Sequence[str], value: YamlNode, above: Loc) -> YamlNode:
    if not steps:
        return merged(node, value) if node else value
    step, rest, here = steps[0], steps[1:], (*above, steps[0])
    if node is not None and isinstance(node.value, list):
        index = next((key for key in node.children if str(key) == step), None)
        if index is None:
            raise value.source.error(f"{dotted(here)}: expected an index from 0 to {len(node.children) - 1}")
        return rebuilt(node, {**node.children, index: _set(node.children[index], rest, value, here)})
    if node is None and step.isdigit() and above:
        raise value.source.error(f"{dotted(above)}: no list is written there; set the whole list instead")
    section = _section(node, value.source)
    earlier = section.children.get(step)
    child = _set(earlier, rest, value, here)
    if step == "use" and earlier and earlier.value != child.value:
        return rebuilt(section, {"use": child})
    return rebuilt(section, {**section.children, step: child})


def _section(node: YamlNode | None, source: YamlSource) -> YamlNode:
    """Return the mapping to set a key in: a bare name is a component without options, other scalars give way."""
    if node is None or not isinstance(node.value, str | dict):
        return _made({}, source)
    if isinstance(node.value, dict):
        return node
    return rebuilt(replace(node, value={}), {"use": node})


def _made(value: JSON, source: YamlSource) -> YamlNode:
    return YamlNode(source=source, value=value, span=Span(line=1, column=1))


def _differ(base: YamlNode, top: YamlNode) -> bool:
    """Tell whether two mappings are components of different implementations."""
    return "use" in top.children and "use" in base.children and top.children["use"].value != base.children["use"].value
