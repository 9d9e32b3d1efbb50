"""The page on parts of one's own: its examples keep the contracts of their kinds, its table is that of the registry."""

import re
from importlib import import_module
from pathlib import Path
from unittest import SkipTest

import pytest

from evo import parts
from evo.config.component import Component

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extend.md").read_text()
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL))
LONGEST = 25


def example(kind):
    return re.search(r"^```python\n(.*?)^```$", SECTIONS[kind], re.MULTILINE | re.DOTALL)[1]


def contract(kind):
    module, _, name = parts.KINDS[kind].contract.partition(":")
    return getattr(import_module(module), name)


def test_there_is_a_section_for_every_kind():
    assert set(SECTIONS) == set(parts.KINDS)


def test_the_table_is_that_of_the_registry():
    row = r"^\| `(\w+)` \| `([\w.]+)` \| (.*?) \| `(\w+)` \| `(\w+)` \| (.*?) \|$"
    table = {kind: rest for kind, *rest in re.findall(row, PAGE, re.MULTILINE)}
    for kind, known in parts.KINDS.items():
        group, place, protocol, tests, shipped = table[kind]
        assert group == known.groups[0]
        assert place.strip("`") == known.place
        assert protocol == known.protocol.rpartition(":")[2]
        assert tests == known.contract.rpartition(":")[2]
        assert shipped.split(", ") == list(known.shipped)
    assert set(table) == set(parts.KINDS)


@pytest.mark.parametrize("kind", parts.KINDS)
def test_an_example_is_short(kind):
    assert len([line for line in example(kind).splitlines() if line.strip()]) <= LONGEST
    assert max(map(len, example(kind).splitlines())) <= 120


@pytest.mark.parametrize("kind", parts.KINDS)
def test_an_example_keeps_the_contract_of_its_kind(kind, tmp_path):
    text = example(kind)
    name = re.findall(r"^class (\w+)", text, re.MULTILINE)[-1]
    file = tmp_path / f"own_{kind}.py"
    file.write_text(text)
    cls = parts.find(kind, Component(use=f"{file}:{name}")).cls
    suite = type("TestExample", (contract(kind),), {"make": lambda self: cls()})
    ran = 0
    for test in sorted(each for each in dir(suite) if each.startswith("test_")):
        try:
            getattr(suite(), test)()
            ran += 1
        except SkipTest:
            pass
    assert ran > 5


def test_no_line_of_the_page_is_too_long():
    rows = [line for line in PAGE.splitlines() if not line.startswith("|")]
    assert max(map(len, rows)) <= 125


@pytest.mark.parametrize("page", ["README.md", "docs/design.md", "docs/configs.md"])
def test_it_is_found(page):
    assert "extend.md" in (ROOT / page).read_text()
