"""Ideas: textbook moves in small pieces. None wins alone, together they go far, and any order gives a program."""

import ast
import random
import re

import pytest
from fragments import NotApplicable, apply, is_wrap, part_of
from packing import IDEAS, SEEDS, SPEC, namespace, score

FORBIDDEN_MODULES = {"time", "datetime", "os", "sys", "random", "secrets", "uuid", "threading", "signal"}


def modules(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("name", IDEAS)
def test_form(name):
    text = IDEAS[name]
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 40
    sentence = ast.get_docstring(tree)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert all(isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef)) for node in tree.body[1:])
    assert set(modules(tree)) <= set(SPEC["program"]["imports"]) - FORBIDDEN_MODULES


@pytest.mark.parametrize("name", IDEAS)
def test_no_coordinates_and_no_distilled_constants(name):
    numbers = [n.value for n in ast.walk(ast.parse(IDEAS[name])) if isinstance(n, ast.Constant)]
    floats = [number for number in numbers if isinstance(number, float)]
    assert all(len(re.sub(r"e.*|^0\.0*|\.", "", repr(number))) <= 3 for number in floats)
    assert all(
        len(node.elts) <= 6 for node in ast.walk(ast.parse(IDEAS[name])) if isinstance(node, (ast.List, ast.Tuple))
    )


@pytest.mark.parametrize("name", IDEAS)
def test_work_is_read_and_never_written(name):
    stored = {
        node.id
        for node in ast.walk(ast.parse(IDEAS[name]))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assert "work" not in stored


def test_every_part_but_the_entry_has_an_idea():
    assert {part_of(text) for text in IDEAS.values()} == {
        "place", "radii", "polish", "move", "accept", "search", "finish",
    }  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_no_single_idea_reaches_2_60(seed):
    scores = {}
    for name, text in IDEAS.items():
        scores[name] = score(apply(text, SEEDS[seed]))
    assert max(scores.values()) < 2.55, scores


def test_the_ladder():
    """Every rung is an idea or two, and each is visible in the score."""
    rungs = [
        (["radii_lp"], 1.2),
        (["place_interstitial"], 2.5),
        (["place_jitter", "polish_slp"], 2.59),
        (["search_restarts"], 2.625),
    ]
    text = SEEDS["ring"]
    for ideas, floor in rungs:
        for idea in ideas:
            text = apply(IDEAS[idea], text)
        assert score(text) > floor, ideas


def combination(rng):
    names = rng.sample(sorted(IDEAS), rng.randint(2, 9))
    text, used = SEEDS[rng.choice(sorted(SEEDS))], []
    for name in names:
        try:
            text = apply(IDEAS[name], text)
        except NotApplicable:
            assert is_wrap(IDEAS[name])
        else:
            used.append(name)
    return text, used


@pytest.mark.parametrize("case", range(24))
def test_any_order_gives_a_valid_program_within_its_work(case):
    rng = random.Random(case)
    text, used = combination(rng)
    for n in (1, 2, 5, 26):
        assert score(text, n, work=3) > 0, (used, n)
    parts, calls = namespace(text), []
    polish = parts["polish"]
    parts["polish"] = lambda circles: calls.append(1) or polish(circles)
    parts["pack"](n=6, seed=1, work=7)
    assert 1 <= len(calls) <= 7, used
