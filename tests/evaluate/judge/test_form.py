"""Programs of one form do the same; names, comments and formatting are no part of it."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.evaluate.judge.form import form
from evo.evaluate.judge.source import Refused

PLAIN = '''
import numpy as np

def step(size, scale=2):
    """What it does."""
    total = 0
    for i in range(size):  # a loop
        total += i * scale
    return total

class Box:
    width = 3
    def __init__(self, depth):
        self.depth = depth

def solve(seed, n):
    try:
        found = [np.sqrt(step(k)) for k in range(n)]
    except ValueError as error:
        raise SystemExit(str(error))
    return found[0] + seed
'''


def same(changed, entry="solve"):
    assert changed != PLAIN
    return form({"p.py": changed}, entry) == form({"p.py": PLAIN}, entry)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("total", "t"),
        ("step", "move"),
        ("np", "numerics"),
        ("  # a loop", ""),
        ('"""What it does."""', '"""Something else."""'),
        ("range(n)]", "range(\n    n\n)]"),
        ("error", "e"),
        ("size", "total_"),
    ],
)
def test_what_is_no_part_of_it(old, new):
    assert same(PLAIN.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("i * scale", "scale * i"),
        ("scale=2", "scale=3"),
        ("np.sqrt", "np.cbrt"),
        ("seed, n", "n, seed"),
        ("def solve(seed", "def solve(start"),
        ("__init__", "__call__"),
        ("range(size)", "reversed(size)"),
        ("import numpy", "import math"),
        ("width", "weight"),
    ],
)
def test_what_makes_another_program(old, new):
    assert not same(PLAIN.replace(old, new))


def test_names_count_where_they_may_be_looked_up():
    for looking in ("eval('1')", "globals()", "locals()"):
        text = f"def solve(seed):\n    a = 1\n    return {looking}\n"
        assert form({"p.py": text}, "solve") != form({"p.py": text.replace("a =", "b =")}, "solve")
    called = "def step(a, b):\n    return a - b\ndef solve(seed):\n    return step(a=1, b=2)\n"
    swapped = called.replace("step(a, b)", "step(b, a)").replace("a - b", "b - a", 1)
    assert form({"p.py": called}, "solve") != form({"p.py": swapped}, "solve")


def test_whoever_calls_by_name_keeps_all_functions():
    assert same(PLAIN.replace("step", "move"))
    assert not same(PLAIN.replace("step", "move"), entry=None)


def test_other_files_and_other_languages_count():
    main = {"p.py": PLAIN}
    texts = [main, {**main, "q.py": "x = 1\n"}, {**main, "q.txt": "x = 1\n"}, {**main, "q.txt": "y = 1\n"}]
    assert len({form(files, "solve") for files in texts}) == 4
    with pytest.raises(Refused, match=r"p\.py, line 1"):
        form({"p.py": "def ("}, "solve")


@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=8))
def test_a_renaming_never_changes_it_and_another_order_does(renaming, used):
    names = dict(zip("abcd", renaming, strict=True))

    def program(used):
        body = [f"    {name} = {i}" for i, name in enumerate(used)]
        return "\n".join(["def solve(seed):", *body, f"    return {' + '.join(used)}"])

    renamed = [names[name] for name in used]
    assert form({"p.py": program(used)}, "solve") == form({"p.py": program(renamed)}, "solve")
    turned = list(reversed(used))
    first = {name: i for i, name in reversed(list(enumerate(used)))}
    again = {name: i for i, name in reversed(list(enumerate(turned)))}
    pattern = [first[name] for name in used] == [again[name] for name in turned]
    assert (form({"p.py": program(used)}, "solve") == form({"p.py": program(turned)}, "solve")) == pattern
    ast.parse(program(used))
