"""What can be named in a config, listed from the registry itself, with a part of one's own beside those that ship."""

import json
from types import SimpleNamespace

import pytest

from evo.cli import parts
from evo.parts import KINDS

MINE = '''
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Tall:
    """Picks the tallest of a few.

    Longer words that no list has room for.

    Attributes:
        size: how many are looked at, counted
            with the first.
        low, high: bounds.
    """

    high: float
    size: int = 3
    low: float = 0.0
    names: tuple[str, ...] = ("a", "b")

    def select(self, archive, k, rng):
        return [archive[0]] * k
'''


@pytest.fixture(autouse=True)
def mine(here):
    (here / "mine.py").write_text(MINE)


def test_all_kinds_with_all_parts(evo):
    kinds = json.loads(evo("parts", "--json").out)
    assert [kind["kind"] for kind in kinds] == list(KINDS)
    for kind in kinds:
        known = KINDS[kind["kind"]]
        assert kind["contract"] == known.contract
        assert [part["name"] for part in kind["parts"]][: len(known.shipped)] == list(known.shipped)
        assert all(part["summary"] and part["origin"]["source"] for part in kind["parts"]), kind["kind"]
    lines = evo("parts", "selector").out.splitlines()
    assert lines[1].split(maxsplit=2)[:2] == ["selector", "tournament"]
    assert "size=3" in lines[1]
    assert "shipped" in lines[1]


def test_what_the_program_gives_is_no_option(evo):
    ring = json.loads(evo("parts", "topology", "ring", "--json").out)
    assert "seed" not in {option["name"] for option in ring["options"]}


def test_one_part_in_full(evo):
    part = json.loads(evo("parts", "selector", "mine.py:Tall", "--json").out)
    assert part["summary"] == "Picks the tallest of a few."
    assert part["origin"]["source"] == "file"
    assert part["origin"]["name"] == "mine.py"
    assert part["options"][1] == {
        "name": "size",
        "type": "int",
        "required": False,
        "default": 3,
        "meaning": "how many are looked at, counted with the first.",
    }
    assert [(each["name"], each["required"]) for each in part["options"]] == [
        ("high", True),
        ("size", False),
        ("low", False),
        ("names", False),
    ]
    assert part["options"][0]["meaning"] == "bounds."
    drawn = evo("parts", "selector", "mine.py:Tall").out
    assert f"mine.py ({part['origin']['digest'][:8]})" in drawn
    assert KINDS["selector"].contract in drawn
    assert "needed" in drawn
    assert "none" in evo("parts", "selector", "uniform").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("selektor",), "did you mean selector?"),
        (("selector", "tornament"), "unknown 'tornament'; did you mean tournament?"),
        (("selector", "mine.py:Tal"), "mine.py has no class 'Tal'; did you mean Tall?"),
        (("selector", "yours.py:Tall"), "no file yours.py"),
    ],
)
def test_what_is_not_there(evo, words, said):
    result = evo("parts", *words)
    assert (result.code, result.out) == (4, "")
    assert said in result.err


def test_kinds_and_names_are_completed():
    assert parts._complete_kind("sel") == ["selector"]
    context = SimpleNamespace(params={"kind": "selector"})
    assert parts._complete_name(context, "to") == ["tournament"]
    assert parts._complete_name(SimpleNamespace(params={"kind": "nope"}), "") == []


def test_defaults_are_written_as_a_config_has_them(evo):
    listed = evo("parts", "--json").out
    assert "mappingproxy" not in listed
    assert "object at 0x" not in listed
