from __future__ import annotations

import ast
from itertools import islice
from random import Random

import pytest

from evo.errors import EvoError, SpecError
from evo.llm.offline import Offline
from evo.llm.offline.general import general_moves
from evo.llm.offline.ideas import idea_moves, load_ideas
from evo.llm.offline.numbers import number_moves, number_texts, stepped
from evo.llm.offline.statements import statement_moves
from evo.llm.offline.syntax_tree import parse_source
from evo.llm.offline.transplant import transplant

PROGRAM = '''"""Doc."""

import math


def score(x):
    return helper(x) * 2


def helper(x):
    return x + 1


def total(xs, power=1.5):
    # Keep me.
    return sum(score(x) ** power for x in xs)


def run(xs, work, limit=0.25):
    best = -7
    for x in xs:
        if x > limit and total([x]) < 1e-6:
            best = max(best, math.sin(x))
        best = min(best, 3)
    return best
'''


def idea(tmp_path, code, sentence="Do it better."):
    tmp_path.joinpath("one.py").write_text(f'"""{sentence}"""\n\n{code}')
    return load_ideas(tmp_path)


def applied(base, ideas):
    return next(idea_moves(parse_source(base), ideas), None)


NEEDY = """\
import math
import random
from os import path

K = 3


def twice(x):
    return K * x


def score(x):
    return twice(x) + random.random()
"""
WRAPPED = """\
def inner_score(x):
    return helper(x)


def score(x):
    return fresh(inner_score(x))


def fresh(x):
    return x"""


def test_an_idea_replaces_its_part_and_brings_what_it_needs(tmp_path):
    summary, text = applied(PROGRAM, idea(tmp_path, NEEDY))
    assert summary == "idea: Do it better"
    assert text.startswith('"""Doc."""\n\nimport math\nimport random\n\n\nK = 3')
    assert text.count("import math") == 1
    assert "from os" not in text, "only what is used"
    assert list(parse_source(text).functions) == ["twice", "score", "helper", "total", "run"]
    assert text.endswith(PROGRAM[PROGRAM.index("def total") :])


def test_an_idea_wraps(tmp_path):
    base = PROGRAM.replace("return helper(x) * 2", "return score(x - 1) if x > 3 else helper(x)")
    code = "def score(x):\n    return max(inner_score(x), 0)\n"
    _, text = applied(base, idea(tmp_path, code))
    assert "def inner_score(x):\n    return inner_score(x - 1)" in text
    assert "def score(x):\n    return max(inner_score(x), 0)" in text
    assert applied(text, idea(tmp_path, code)) is None, "it is there already"
    (tmp_path / "plain").mkdir()
    _, plain = applied(text, idea(tmp_path / "plain", "def score(x):\n    return x\n"))
    assert "inner_score" not in plain, "what nothing calls any more goes"


def test_an_idea_replaces_a_helper_of_the_part_alone(tmp_path):
    _, text = applied(
        PROGRAM, idea(tmp_path, "def helper(x):\n    return -x\n\n\ndef score(x):\n    return helper(x)\n")
    )
    assert text.count("def helper") == 1
    assert "return -x" in text
    shared = PROGRAM.replace("best = -7", "best = helper(-8)")
    _, text = applied(
        shared, idea(tmp_path, "def helper(x):\n    return -x\n\n\ndef score(x):\n    return helper(x)\n")
    )
    assert "return -x" not in text, "others use the program's own"


@pytest.mark.parametrize(
    "code",
    [
        "def other(x):\n    return 1\n",
        "def score(y):\n    return 1\n",
        "def score(x, y):\n    return 1\n",
        "def score(x, *, y):\n    return 1\n",
        "def score():\n    return 1\n",
        "def score(x):\n    return nowhere(x)\n",
        "from cmath import sin as math\n\n\ndef score(x):\n    return math(x)\n",
        "def score(x):\n    return helper(x) * 2\n",
    ],
)
def test_ideas_that_do_not_fit_or_change_nothing(tmp_path, code):
    assert applied(PROGRAM, idea(tmp_path, code)) is None


def test_more_parameters_with_defaults_fit(tmp_path):
    assert applied(PROGRAM, idea(tmp_path, "def score(x, y=1):\n    return y\n"))


@pytest.mark.parametrize("code", ["def broken(:\n", "X = 1\n"])
def test_a_broken_idea_is_named(tmp_path, code):
    with pytest.raises(SpecError, match=r"one\.py"):
        idea(tmp_path, code)


def test_no_folder_no_ideas(tmp_path):
    assert load_ideas(None) == load_ideas(tmp_path / "none") == ()


def test_crossing_takes_a_wrapped_part_whole_and_keeps_other_parts():
    donor = PROGRAM.replace("return x + 1", "return x + 9")
    donor = donor.replace("def score(x):\n    return helper(x) * 2", WRAPPED)
    text = transplant(parse_source(PROGRAM), parse_source(donor), "score", crossing=True)
    assert "def inner_score(x)" in text
    assert "def fresh(x)" in text
    assert "return x + 1" in text, "the base keeps its own helper"
    back = transplant(parse_source(text), parse_source(PROGRAM), "score", crossing=True)
    assert "inner_score" not in back


def test_inside_markers_imports_come_inside():
    base = "import math\n# EVOLVE-BLOCK-START\ndef score(x):\n    return math.pi\n# EVOLVE-BLOCK-END\n"
    donor = parse_source("import random\n\n\ndef score(x):\n    return random.random()\n")
    text = transplant(parse_source(base), donor, "score", crossing=True)
    assert text.startswith("import math\n# EVOLVE-BLOCK-START\nimport random\n\n\ndef score")


def test_numbers_change_and_nothing_else_does():
    source = parse_source(PROGRAM)
    for summary, text in islice(number_moves(source, Random(1)), 200):
        assert text != PROGRAM
        assert summary.startswith("number: ")
        assert "# Keep me." in text
        blank = [ast.dump(zeroed(code)) for code in (PROGRAM, text)]
        assert blank[0] == blank[1]


def zeroed(code):
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
            node.value = type(node.value)(0)
    return tree


def test_work_is_never_touched():
    source = parse_source("def run(work=50):\n    work = 20\n    go(work=30)\n")
    assert next(number_moves(source, Random(0)), None) is None


@pytest.mark.parametrize(
    "literal", ["0", "1", "7", "0.5", "1e-9", "0.0", "1_000", "0x10", "12345678901234567890", "1e308", "5e-324", "10."]
)
def test_stepped_values_differ_and_keep_their_type(literal):
    for seed in range(50):
        new = stepped(literal, Random(seed))
        value, old = ast.literal_eval(new), ast.literal_eval(literal)
        assert type(value) is type(old)
        assert value != old
        assert 0 <= value < float("inf")


def test_statements_are_often_still_programs_and_always_something_else():
    moves = list(islice(statement_moves(parse_source(PROGRAM), Random(2)), 300))
    assert sum(parse_source(text) is not None for _, text in moves) > 270
    kinds = {summary.split()[1] for summary, _ in moves}
    assert {"without", "twice", "max", "min", "sin"} <= kinds
    assert all(text != PROGRAM for _, text in moves)


@pytest.mark.parametrize(
    "text",
    [
        "-" * 90_000,
        "(" * 5000,
        "x = 1\0",
        "x =",
        "def f(:\n  3",
        "[" * 300 + "]" * 300,
        "a+" * 20_000 + "a",
        "x" * 200_000,
    ],
)
def test_no_text_is_too_strange(text):
    assert parse_source(text) is None or next(number_moves(parse_source(text), Random(0)), None) is None
    assert next(statement_moves(parse_source("pass"), Random(0)), None) is None


def test_numbers_of_a_text_that_is_no_python():
    summary, text = next(number_texts("let x = 10;\nfn v2() { 3.5 }\n", Random(0)))
    assert text != "let x = 10;\nfn v2() { 3.5 }\n"
    assert "v2" in text
    assert summary.startswith("number: line")


SEARCHING = '''"""Climb."""

import random


def worth(x, y=0):
    return -((x - 3) ** 2)


def climb(seed, work):
    rng = random.Random(seed)
    current = 0.0
    for _ in range(work):
        trial = current + rng.gauss(0, 1)
        if worth(trial) > worth(current):
            current = trial
    return current
'''


def general(text, kind):
    found = islice(general_moves(parse_source(text), Random(3)), 60)
    return next((summary, new) for summary, new in found if kind in summary and new != text)


def ran(text):
    scope = {}
    exec(text, scope)
    return scope["climb"](1, 20)


@pytest.mark.parametrize("kind", ["another stream", "go on from", "remember the results of worth"])
def test_a_general_idea_is_a_program_that_runs(kind):
    summary, text = general(SEARCHING, kind)
    assert summary.startswith("general: ")
    assert abs(ran(text) - 3) < 3


def test_another_stream_of_random_numbers_is_one_number_from_then_on():
    _, once = general(SEARCHING, "another stream")
    _, twice = general(once, "another stream")
    assert once != twice
    assert once.count("+") == twice.count("+") == SEARCHING.count("+") + 1
    assert len({ran(text) for text in (SEARCHING, once, twice)}) == 3


def test_a_margin_is_given_once_and_then_changed():
    _, once = general(SEARCHING, "go on from")
    _, twice = general(once, "go on from")
    assert "> worth(current) - 0.0" in once
    assert once != twice
    assert once.count(" - ") == twice.count(" - ")


def test_a_cache_changes_no_result():
    _, text = general(SEARCHING, "remember the results of worth")
    assert text.startswith('"""Climb."""\nimport functools\n')
    assert ran(text) == ran(SEARCHING)


def test_general_ideas_leave_other_programs_alone():
    assert next(general_moves(parse_source("x = 1\n"), Random(0)), None) is None


@pytest.mark.parametrize(
    "weights", [{"ideas": -1.0}, {"ideas": 0.0, "numbers": 0.0, "statements": 0.0}, {"numbers": float("inf")}]
)
def test_wrong_weights_are_refused(weights):
    with pytest.raises(EvoError, match="expected"):
        Offline(**weights)
