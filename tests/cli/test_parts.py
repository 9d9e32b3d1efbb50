"""What can be named in a config, listed from tables that hold little."""

import json
import re
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from evo.cli import parts
from evo.parts import KINDS


@dataclass(frozen=True, kw_only=True)
class Tall:
    """Picks the tallest of a few.

    Longer words that no list has room for.

    Attributes:
        size: how many are looked at, counted
            with the first.
        low, high: bounds.
    """

    size: int = 3
    low: float = 0.0
    high: float
    names: tuple[str, ...] = ("a", "b")


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Picks any."""


def kind(name, shipped):
    contract = {"selector": "house.testing:SelectorContract", "llm": "house.testing:LLMContract"}[name]
    real = KINDS[name]
    return replace(real, contract=contract, shipped={use: f"{__name__}:{address}" for use, address in shipped.items()})


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    table = {"selector": kind("selector", {"tall": "Tall", "plain": "Plain"}), "llm": kind("llm", {})}
    monkeypatch.setattr("evo.parts.KINDS", table)
    monkeypatch.setattr("evo.parts.registry.KINDS", table)
    points = [
        EntryPoint("broken", "evo_nowhere.at_all:Gone", "evo.selectors"),
        EntryPoint("there", f"{__name__}:Plain", "evo.selectors"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda *, group: points if group == "evo.selectors" else [])


def test_all_kinds_with_all_parts(evo):
    kinds = json.loads(evo("parts", "--json").out)
    assert [kind["kind"] for kind in kinds] == ["selector", "llm"]
    assert kinds[0]["contract"] == "house.testing:SelectorContract"
    assert kinds[0]["group"] == "evo.selectors"
    assert [part["name"] for part in kinds[0]["parts"]] == ["tall", "plain", "broken", "there"]
    broken = kinds[0]["parts"][2]
    assert set(broken) == {"kind", "name", "error"}
    assert "the installed selector 'broken' cannot be loaded: No module named 'evo_nowhere'" in broken["error"]
    lines = evo("parts").out.splitlines()
    assert lines[1].split(maxsplit=2)[:2] == ["selector", "tall"]
    assert 'size=3, low=0.0, high, names=["a", "b"]' in lines[1]
    assert lines[1].endswith("Picks the tallest of a few.")
    assert "installed" in lines[4]


def test_one_part_in_full(evo, tmp_path, monkeypatch):
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
    (tmp_path / "mine.py").write_text(f"from {__name__} import Tall\n\n\nclass Mine(Tall):\n    pass\n")
    monkeypatch.chdir(tmp_path)
    drawn = evo("parts", "selector", "mine.py:Mine").out
    assert re.search(r"file mine\.py \([0-9a-f]{8}\)", drawn)
    assert "house.testing:SelectorContract" in drawn
    assert "needed" in drawn
    assert "none" in evo("parts", "selector", "plain").out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(("selektor",), 4, "did you mean selector?"), (("selector", "nope"), 3, "unknown 'nope'; there are tall, plain")],
)
def test_what_is_not_there(evo, words, code, said):
    result = evo("parts", *words)
    assert (result.code, result.out) == (code, "")
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
