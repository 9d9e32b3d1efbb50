"""symbolic_law: expressions by other means, laws drawn, what each rung is worth, no idea alone is the answer."""

import functools
import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "symbolic_law"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {"families": ["sums", "ratios", "waves", "decays"], "draws": 6, "draw": 1}
TEXTBOOK, BEST_SEEN = 0.755, 0.31
"""What the polynomial loses, and the best that was seen, on the laws that are searched on."""

GRAMMAR, LAWS, JUDGE = judge_modules(PACK, "grammar", "laws", "evaluate")


@functools.cache
def lost(text):
    return JUDGE.evaluate(Inside(text), PARAMS)["objective"]


def as_python(expression):
    """The expression as a formula of Python."""
    if type(expression) is not list:
        return repr(float(expression))
    name, *rest = expression
    if name == "x":
        return f"x[{rest[0]}]"
    parts = [as_python(each) for each in rest]
    sign = {"add": "+", "mul": "*", "sub": "-", "div": "/", "pow": "**"}.get(name)
    return f"({sign.join(f'({part})' for part in parts)})" if sign else f"math.{name}({parts[0]})"


@pytest.mark.parametrize("family", LAWS.FAMILIES)
def test_laws_have_the_values_that_python_gives_their_formulas(family):
    for draw in range(1, 6):
        each = LAWS.task(family, draw, "")
        points = np.concatenate([each.within[:10], each.beyond[:10]])
        formula = as_python(each.law)
        told = [eval(formula, {"math": math, "x": row}) for row in points.tolist()]
        assert GRAMMAR.value(each.law, points) == pytest.approx(told, rel=1e-9)
        assert GRAMMAR.size(each.law, each.x.shape[1]) <= 40


@pytest.mark.parametrize("family", LAWS.FAMILIES)
def test_data_lie_within_and_tests_beyond(family):
    each = LAWS.task(family, 2, "")
    for points in (each.x, each.within):
        assert 0.5 <= points.min() <= points.max() <= 3
    assert (each.beyond.max(axis=1) >= 3).all()
    assert each.beyond.max() <= 4
    noise = each.y - GRAMMAR.value(each.law, each.x)
    assert noise.std() == pytest.approx(LAWS.NOISE * GRAMMAR.value(each.law, each.x).std(), rel=0.3)


@pytest.mark.parametrize("family", LAWS.FAMILIES)
def test_draws_are_repeated_and_other_with_a_secret(family):
    def drawn(draw, secret):
        LAWS.task.cache_clear()
        each = LAWS.task(family, draw, secret)
        return each.law, each.x.tobytes(), each.y.tobytes(), each.beyond.tobytes()

    assert drawn(1, "") == drawn(1, "")
    assert len({str(drawn(*one)) for one in ((1, ""), (2, ""), (1, "ab" * 16))}) == 3


def test_what_is_lost_is_counted_in_powers_of_ten():
    assert [JUDGE.digits_lost(error) for error in (math.inf, 2.0, 1.0, 1e-3, 1e-6, 0.0)] == [1, 1, 1, 0.5, 0, 0]
    each = LAWS.task("sums", 1, "")
    true = GRAMMAR.value(each.law, each.within)
    off = ["add", each.law, 0.5]
    assert JUDGE.squared(off, each.law, each.within) == pytest.approx(0.25 / true.var())
    assert JUDGE.squared(["log", -1.0], each.law, each.within) == math.inf


def test_true_terms_lose_next_to_nothing():
    found = []
    for draw in range(1, 7):
        each = LAWS.task("sums", draw, "")
        columns = np.stack([GRAMMAR.value(term, each.x) for term in each.law[1:]], axis=1)
        factors = np.linalg.lstsq(columns, each.y, rcond=1e-10)[0].tolist()
        parts = [["mul", factor, term] for factor, term in zip(factors, each.law[1:], strict=True)]
        visit = JUDGE.visit("sums", each, ["add", *parts])
        found += [visit["within"], visit["beyond"]]
    assert max(found) < 0.25
    assert np.mean(found) < 0.03


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        ["x"],
        ["x", 0, 0],
        ["x", 0.0],
        ["x", True],
        ["add", 1.0],
        ["sin", 1.0, 2.0],
        [["x", 0], 1.0],
        1e10,
        {},
        True,
    ],
)
def test_what_is_no_expression_is_refused(answer):
    with pytest.raises(Invalid):
        GRAMMAR.size(answer, 2)


def test_depth_and_length_have_bounds():
    deep = 1.0
    for _ in range(GRAMMAR.DEEPEST):
        deep = ["sin", deep]
    assert GRAMMAR.size(deep, 2) == GRAMMAR.DEEPEST + 1
    with pytest.raises(Invalid):
        GRAMMAR.size(["sin", deep], 2)


def test_seeds_stand_on_three_rungs_and_are_judged_alike_twice():
    found = {name: lost(text) for name, text in SEEDS.items()}
    assert found == {name: lost(text + "\n") for name, text in SEEDS.items()}
    assert found["line"] > found["greedy"] + 0.05
    assert found["line"] > found["polynomial"] + 0.1
    assert found["polynomial"] == pytest.approx(TEXTBOOK, abs=0.01)
    assert all(abs(one - other) > 0.01 for one, other in itertools.combinations(found.values(), 2))


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert lost(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
