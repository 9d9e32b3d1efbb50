import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.evaluate.judge import source
from evo.evaluate.judge.source import Refused

ENTRY = "def entry():\n    pass\n"


def check(text: str, allowed=("math", "scipy.optimize"), warm=("math", "scipy.optimize"), **files: str) -> list[str]:
    return source.check({"program.py": text, **files}, "program.py", "entry", allowed, warm)


@pytest.mark.parametrize(
    "text",
    [
        ENTRY,
        "async def entry(): pass",
        "entry = lambda: 1",
        "entry: object = 1",
        "class entry: pass",
        "from math import sqrt as entry",
        "if True:\n    def entry(): pass\n",
        "try:\n    import math\nexcept ImportError:\n    def entry(): pass\n",
        "a, entry = 1, 2",
    ],
)
def test_an_entry_may_be_bound_in_any_way(text: str):
    check(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected a function entry"),
        ("class A:\n    def entry(self): pass\n", "expected a function entry"),
        ("def entry(:\n", "program.py, line 1: "),
        ("def entry():\npass\n", "line 2"),
        ("x = 1\0", "null bytes"),
        ("-" * 200_000, "nested too deeply"),
        ("(" * 100_000, "program.py"),
        ("x = " + "[" * 5000 + "]" * 5000, "program.py"),
        ("x" + ".a" * 100_000, "nested too deeply"),
        ("import os\n" + ENTRY, "imports os"),
        ("from os import path\n" + ENTRY, "imports os.path"),
        ("def entry():\n    import socket\n", "imports socket"),
        ("import scipy.spatial\n" + ENTRY, "imports scipy.spatial"),
        ("from scipy import stats\n" + ENTRY, "imports scipy.stats"),
    ],
)
def test_refusals_say_what_and_where(text: str, words: str):
    with pytest.raises(Refused) as caught:
        check(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import math, scipy.optimize", ["math", "scipy.optimize"]),
        ("from scipy import optimize", ["scipy.optimize"]),
        ("from scipy.optimize import minimize", ["scipy.optimize"]),
        ("import scipy.optimize._linprog", ["scipy.optimize"]),
        ("import scipy", []),
        ("from __future__ import annotations", []),
        ("import helper", []),
        ("from . import helper", []),
    ],
)
def test_what_is_imported_and_can_be_found_warm(text: str, expected: list[str]):
    assert check(f"{text}\n{ENTRY}", **{"helper.py": "x = 1\n"}) == expected


def test_no_list_means_the_standard_library_and_none_means_anything():
    assert check("import os, heapq\n" + ENTRY, allowed=()) == []
    with pytest.raises(Refused, match="the standard library"):
        check("import numpy\n" + ENTRY, allowed=())
    assert check("import numpy\n" + ENTRY, allowed=None, warm=("numpy",)) == ["numpy"]


def test_every_file_is_checked():
    with pytest.raises(Refused, match=r"helper\.py, line 1"):
        check(ENTRY, **{"helper.py": "def f(:\n"})
    with pytest.raises(Refused, match=r"helper\.py: imports os"):
        check(ENTRY, **{"helper.py": "import os\n"})
    assert check(ENTRY, **{"data.txt": "def f(:\n"}) == []
    with pytest.raises(Refused, match=r"expected a file program\.py"):
        source.check({"other.py": ENTRY}, "program.py", "entry", None, ())


def test_length_ignores_what_says_nothing():
    plain = "def f(a, b):\n    return a + b\n"
    noisy = '"""Docs."""\n\n# why\ndef f(a,   b):  # so\n    """More."""\n\n    return a + b\n\n\n'
    for count in ("characters", "tokens"):
        assert source.measure({"p.py": plain}, count) == source.measure({"p.py": noisy}, count)
    assert source.measure({"p.py": plain}, "tokens")["code_length"] == 12
    text = "def f():\n    return 'a string that counts'\n"
    assert source.measure({"p.py": text}, "characters")["code_length"] > len("a string that counts")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 1", 1),
        ("def f(): pass", 2),
        ("def f(a):\n    if a and b or c: pass\n    elif d: pass\n    else: pass\n", 6),
        ("for i in x:\n    while y: pass\n", 3),
        ("try: pass\nexcept A: pass\nexcept B: pass\n", 3),
        ("y = [a if b else c for d in e if f]", 3),
        ("match x:\n    case 1: pass\n    case _: pass\n", 3),
    ],
)
def test_complexity_counts_branches(text: str, expected: int):
    assert source.measure({"p.py": text + "\n"}, "tokens")["complexity"] == expected


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(text: str):
    try:
        tree = source.parse(text, "p.py")
    except Refused:
        with pytest.raises(Refused, match=r"p\.py"):
            source.measure({"p.py": text}, "characters")
    else:
        assert isinstance(tree, ast.Module)
        source.measure({"p.py": text}, "characters")
