"""The examples of docs/eggroll.md run as they stand, and learn what they say that they learn."""

import re
import textwrap
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "eggroll.md").read_text(encoding="utf-8")
CODE = [
    textwrap.dedent(block)
    for block in re.findall(r"(?:^(?:    .*)?\n)+", PAGE, re.MULTILINE)
    if block.lstrip().startswith("import ")
]


def test_there_are_a_matrix_a_network_and_a_pole():
    assert len(CODE) == 3


@pytest.mark.parametrize(
    ("number", "name", "low", "high"), [(1, "error", 0.0, 0.01), (2, "held", 450, 500)], ids=["network", "pole"]
)
def test_an_example_learns(number, name, low, high):
    space = {}
    exec(CODE[number], space)
    assert low <= space[name] <= high


def test_the_first_example_finds_the_weights():
    space = {}
    exec(CODE[0], space)
    assert space["es"].params["W"].ravel().tolist() == pytest.approx([1, -2, 3, 0.5], abs=0.05)
