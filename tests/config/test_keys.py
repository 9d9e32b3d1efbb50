"""What a declared file may hold, read off the dataclass that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from evo.config.component import Component, Plugged
from evo.config.keys import keys_of, read_attributes
from evo.config.validation import Count


@dataclass(frozen=True, kw_only=True)
class Inner:
    """What is inside.

    Attributes:
        size, depth: how large, and how deep.
    """

    size: Count
    depth: float = 1.5


@dataclass(frozen=True, kw_only=True)
class Outer:
    """What is outside.

    Attributes:
        word: one of two.
        part: somebody's.
        many: by name.
    """

    word: Literal["a", "b"] = "a"
    inner: Inner | None = None
    part: Annotated[Component, Plugged(kind="mix")] = field(default_factory=lambda: Component(use="earned"))
    many: Mapping[str, Inner] = field(default_factory=dict)
    rows: tuple[Inner, ...] = ()
    apart: int = field(default=0, compare=False)


def test_every_key_has_its_place_its_default_and_its_meaning():
    found = {key.path: key for key in keys_of(Outer, "x.")}
    assert list(found) == [
        *("x.word", "x.inner", "x.inner.size", "x.inner.depth", "x.part"),
        *("x.many", "x.many.NAME.size", "x.many.NAME.depth", "x.rows", "x.rows[].size", "x.rows[].depth"),
    ]
    assert (found["x.word"].expects, found["x.word"].default) == ("one of a, b", "a")
    assert found["x.inner"].section
    assert found["x.inner"].meaning == "What is inside."
    assert found["x.inner.size"].required
    assert found["x.inner.size"].expects == "an integer, at least 1"
    assert found["x.inner.depth"].meaning == "how large, and how deep."
    assert found["x.inner.depth"].default == 1.5
    assert "evo parts mix" in found["x.part"].expects
    assert found["x.part"].default == {"use": "earned"}
    assert found["x.many"].expects == "a mapping: name -> a mapping"
    assert (found["x.rows"].expects, found["x.rows"].default) == ("a list, each a mapping", [])


def test_attributes_are_read_from_a_docstring():
    text = "What.\n\nAttributes:\n    a: one,\n        and more: of it.\n    b, c: two.\n\nRaises:\n    E: never."
    assert read_attributes(text) == {"a": "one, and more: of it.", "b": "two.", "c": "two."}
    assert read_attributes("What.") == {}
