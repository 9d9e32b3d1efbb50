"""Presets: what a strategy is run with unless somebody says otherwise, as files that ship beside the configs.

A preset lies just below the layer that names its strategy: over the base of a file that names it, over a pack's own
`run.yaml` where a setting names it. So what was written along with the strategy, or later, stands above the preset, and
what a base has said for its own strategy does not. The recorded config has all of it spelled out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.config.dialect import compose
from evo.config.document import read
from evo.config.layers import merged, without
from evo.config.positions import YamlSource, cut
from evo.config.resources import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.canonical import JSON
    from evo.config.document import Document
    from evo.config.positions import YamlNode

KEY = "strategy"
FOLDER = "presets"


def preset_of(strategy: str) -> Mapping[str, JSON]:
    """Return what a strategy is run with, by the keys of a config; nothing where it has no preset."""
    found = _preset(strategy)
    return dict(found.value) if found and isinstance(found.value, dict) else {}


def preset_file(strategy: str) -> Path | None:
    """Return the file of a strategy's preset, None where it has none."""
    path = shipped("configs") / FOLDER / f"{strategy}.yaml"
    return path if strategy.isidentifier() and path.is_file() else None


def laid_over(base: YamlNode, top: YamlNode) -> YamlNode:
    """Return `top` over `base`, with the preset of the strategy that `top` names between the two.

    Where `top` names none, the preset of the strategy of `base` lies below both.
    """
    named = _strategy(top.children.get(KEY))
    if preset := _preset(named):
        return merged(merged(_emptied(base), preset), top)
    if preset := None if named else _preset(_strategy(base.children.get(KEY))):
        base = merged(preset, base)
    return merged(base, top)


def with_preset(document: Document, settings: Sequence[str]) -> Document:
    """Return a document with the preset of the strategy that the settings name, if they do, on top of it.

    A setting of the very strategy that the document has already changes its options alone.
    """
    named = ""
    for setting in settings:
        key, _, text = setting.partition("=")
        if key.strip() in {KEY, f"{KEY}.use"}:
            named = _strategy(compose(text, YamlSource(name=f"--set {cut(setting)}"))) or named
    there = document.at((KEY,))
    preset = _preset(named) if named and named != _strategy(there) else None
    if preset is None or document.root is None:
        return document
    return replace(document, root=merged(_emptied(document.root), preset))


def alone(document: Document) -> Document:
    """Return a file that extends nothing over the preset of the strategy that it names."""
    root = document.root
    preset = _preset(_strategy(root.children.get(KEY))) if root is not None else None
    return replace(document, root=merged(preset, root)) if preset and root is not None else document


def _emptied(base: YamlNode) -> YamlNode:
    """Return what is below a preset without the strategy that it was written for."""
    return without(base, KEY)


def _strategy(node: YamlNode | None) -> str:
    """Return the name that stands at `strategy`, "" for none."""
    use = node.value.get("use") if node and isinstance(node.value, dict) else node.value if node else ""
    return use if isinstance(use, str) else ""


def _preset(strategy: str) -> YamlNode | None:
    path = preset_file(strategy) if strategy else None
    return read(path).root if path else None
