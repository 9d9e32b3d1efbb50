"""Sections that share the lines that a terminal has."""

import io

import pytest
from rich.console import Console

from evo.render.panel import Section, lay_out

SECTIONS = [
    Section(label="best", text="1.5 and more", weight=0),
    Section(label="islands", text="one two three " * 20, weight=2),
    Section(label="failures", text="", weight=3),
    Section(label="trying", text="第一個想法 " * 30, weight=1, most=6),
]


@pytest.mark.parametrize("width", [12, 30, 49, 50, 80, 120])
@pytest.mark.parametrize("height", [3, 8, 24, 60])
def test_no_line_is_wider_and_no_panel_higher_than_the_terminal(width, height):
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True)
    lines = lay_out(SECTIONS, console)
    assert 1 <= len(lines) <= max(1, height // 2 - 1)
    assert all(line.cell_len <= width for line in lines)
    assert "1.5" in lines[0].plain


def test_a_low_terminal_tells_the_weightiest_first_and_says_where_more_would_follow():
    console = Console(file=io.StringIO(), width=80, height=6, force_terminal=True)
    lines = [line.plain for line in lay_out(SECTIONS, console)]
    assert len(lines) == 2
    assert lines[0].startswith("best")
    assert lines[1].startswith("trying")
    assert lines[1].endswith(" …")
