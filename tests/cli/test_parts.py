"""What can be named in a config, listed from a registry that holds little."""

import json
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest

from evo.cli import parts
from evo.errors import NotFoundError


@dataclass(frozen=True, kw_only=True)
class Tall:
    """Picks the tallest of a few.

    Longer words that no list has room for.

    Attributes:
        size: how many are looked at, counted
            with the first.
        low, high: bounds.
    """

    use = "tall"
    size: int = 3
    low: float = 0.0
    high: float
    names: tuple[str, ...] = ("a", "b")


class Plain:
    """Picks any."""


def found(cls, kind="shipped", **more):
    origin = {"kind": kind, "distribution": None, "version": None, "path": None, "digest": None, **more}
    return SimpleNamespace(cls=cls, origin=SimpleNamespace(**origin))


KINDS = {
    "selector": SimpleNamespace(
        name="selector",
        protocol="house.qd:Selector",
        contract="house.testing:SelectorContract",
        shipped={"tall": "house.qd:Tall", "plain": "house.qd:Plain", "broken": "house.qd:Broken"},
    ),
    "llm": SimpleNamespace(name="llm", protocol="house.llm:LLM", contract="house.testing:LLMContract", shipped={}),
}


class Registry:
    KINDS = MappingProxyType(KINDS)

    def find(self, kind, use, *, beside):
        assert beside == Path.cwd()
        if use == "mine.py:Tall":
            return found(Tall, "file", path=Path("mine.py"), digest="0123456789abcdef")
        if use == "there":
            return found(Plain, "installed", distribution="others", version="1.2")
        if use not in {"tall", "plain"}:
            raise NotFoundError(f"{kind} {use!r} cannot be loaded")
        return found({"tall": Tall, "plain": Plain}[use])


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(parts, "load_registry", Registry)
    installed = [SimpleNamespace(name="there")]
    monkeypatch.setattr(parts, "entry_points", lambda *, group: installed if group == "evo.selectors" else [])


def test_all_kinds_with_all_parts(evo):
    kinds = json.loads(evo("parts", "--json").out)
    assert [kind["kind"] for kind in kinds] == ["selector", "llm"]
    assert kinds[0]["contract"] == "house.testing:SelectorContract"
    assert [part["name"] for part in kinds[0]["parts"]] == ["tall", "plain", "broken", "there"]
    assert kinds[0]["parts"][2] == {"kind": "selector", "name": "broken", "error": "selector 'broken' cannot be loaded"}
    lines = evo("parts").out.splitlines()
    assert lines[1].split(maxsplit=2)[:2] == ["selector", "tall"]
    assert 'size=3, low=0.0, high, names=["a", "b"]' in lines[1]
    assert lines[1].endswith("Picks the tallest of a few.")
    assert "others 1.2" in lines[4]


def test_one_part_in_full(evo):
    part = json.loads(evo("parts", "selector", "tall", "--json").out)
    assert part["summary"] == "Picks the tallest of a few."
    assert part["options"][0] == {
        "name": "size",
        "type": "int",
        "required": False,
        "default": 3,
        "meaning": "how many are looked at, counted with the first.",
    }
    assert [(each["name"], each["required"]) for each in part["options"]] == [
        ("size", False),
        ("low", False),
        ("high", True),
        ("names", False),
    ]
    assert part["options"][2]["meaning"] == "bounds."
    drawn = evo("parts", "selector", "mine.py:Tall").out
    assert "mine.py (01234567)" in drawn
    assert "house.testing:SelectorContract" in drawn
    assert "needed" in drawn
    assert "none" in evo("parts", "selector", "plain").out


@pytest.mark.parametrize(
    ("words", "said"),
    [(("selektor",), "did you mean selector?"), (("selector", "nope"), "selector 'nope' cannot be loaded")],
)
def test_what_is_not_there(evo, words, said):
    result = evo("parts", *words)
    assert (result.code, result.out) == (4, "")
    assert said in result.err


def test_kinds_and_names_are_completed():
    assert parts._complete_kind("sel") == ["selector"]
    context = SimpleNamespace(params={"kind": "selector"})
    assert parts._complete_name(context, "t") == ["tall", "there"]
    assert parts._complete_name(SimpleNamespace(params={"kind": "nope"}), "") == []


def test_attributes_are_read_from_a_docstring():
    text = "What.\n\nAttributes:\n    a: one,\n        and more: of it.\n    b, c: two.\n\nRaises:\n    E: never."
    assert parts.read_attributes(text) == {"a": "one, and more: of it.", "b": "two.", "c": "two."}
    assert parts.read_attributes("What.") == {}
