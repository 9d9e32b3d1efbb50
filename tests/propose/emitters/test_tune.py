"""Numbers of a program moved without a model: which ones, how far, and nothing else."""

import ast
import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.edits import Refusal, frozen
from evo.propose.emitters.tune import literals, tuned
from evo.records import Outcome, Program

TEXT = '''"""Not 5.5 here."""
import numpy2

RATE = 0.25  # nor 7.5
STEPS = 40
name = f"x{9.5}" + 'it\\'s 8.5' + r"4.5\\d"
mask = 0xFF + 1_000 + 3j + x1 + a[0] + b[2] - 1e-6
EMPTY = 0.0
'''
MARKED = "A = 3.5\n# EVOLVE-BLOCK-START\nB = 4.5\n# EVOLVE-BLOCK-END\nC = 5.5\n# EVOLVE-BLOCK-START\nD = 6.5\n"


def texts(source, editable="whole"):
    return [literal.text for literal in literals(Program.of(source), editable=editable)]


def test_only_plain_numbers_count():
    assert texts(TEXT) == ["0.25", "40", "1e-6", "0.0"]


def test_only_what_may_change_changes():
    assert texts(MARKED) == ["3.5", "4.5", "5.5", "6.5"]
    assert texts(MARKED, "markers") == ["4.5", "6.5"]
    moved = tuned(Program.of(MARKED), Random(0), editable="markers", sigma=0.5, numbers=9)
    assert moved.text != MARKED
    assert frozen(moved.text) == frozen(MARKED)


@given(st.integers(0, 10**6), st.floats(1e-3, 3.0), st.integers(1, 6))
def test_a_step_changes_as_many_numbers_as_it_says_and_nothing_else(seed, sigma, numbers):
    program = Program.of(TEXT)
    moved = tuned(program, Random(seed), editable="whole", sigma=sigma, numbers=numbers)
    assert moved == tuned(program, Random(seed), editable="whole", sigma=sigma, numbers=numbers)
    ast.parse(moved.text)
    before, after = TEXT.split("\n"), moved.text.split("\n")
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) <= min(numbers, 4)
    space = {}
    exec(after[4], space)
    assert isinstance(space["STEPS"], int)
    assert space["STEPS"] >= 1


def test_steps_are_relative_and_as_large_as_asked():
    program = Program.of("RATE = 0.25\n")
    logs = []
    for seed in range(400):
        moved = tuned(program, Random(seed), editable="whole", sigma=0.2, numbers=1)
        logs.append(math.log(float(moved.text.split("=")[1]) / 0.25))
    mean = sum(logs) / len(logs)
    assert abs(mean) < 0.04
    assert math.sqrt(sum((log - mean) ** 2 for log in logs) / len(logs)) == pytest.approx(0.2, rel=0.15)


def test_an_integer_always_moves():
    for seed in range(50):
        moved = tuned(Program.of("N = 5\n"), Random(seed), editable="whole", sigma=0.01, numbers=1)
        assert moved.text in {"N = 4\n", "N = 6\n"}


@pytest.mark.parametrize(
    "program",
    [Program.of("x = 1\n"), Program.of({"a.cpp": "double x = 4.5;\n"}, language="cpp"), Program.of("'" * 999)],
)
def test_without_a_number_nothing_is_proposed(program):
    refused = tuned(program, Random(0), editable="whole", sigma=0.1, numbers=1)
    assert isinstance(refused, Refusal)
    assert refused.outcome is Outcome.NOT_APPLICABLE
    assert "no number to tune" in refused.detail


@given(st.text(alphabet="\"'\\\\#0123.eE-_ax\\n(", max_size=60))
def test_any_text_is_scanned(source):
    program = Program.of(source)
    for literal in literals(program, editable="whole"):
        assert program.text[literal.start :].startswith(literal.text)
        float(literal.text)
