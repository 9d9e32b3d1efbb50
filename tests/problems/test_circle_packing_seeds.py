"""Seeds: plain, cheap, different, valid for any n; and the spec that announces them."""

import ast

import pytest
from fragments import functions
from packing import PACK, SEEDS, SPEC, namespace, score

PARTS = {"place", "radii", "polish", "move", "accept", "total", "measured", "search", "finish", "pack"}


@pytest.mark.parametrize("name", SEEDS)
def test_named_parts(name):
    assert set(functions(ast.parse(SEEDS[name]))) == PARTS


@pytest.mark.parametrize("name", SEEDS)
@pytest.mark.parametrize("n", [1, 2, 3, 7, 9, 10, 26, 32, 50])
def test_valid_for_any_n(name, n):
    assert 0 < score(SEEDS[name], n) <= n / 2


def test_objectives_leave_room():
    scores = {name: score(text) for name, text in SEEDS.items()}
    assert min(scores.values()) == pytest.approx(0.98, abs=0.01)
    assert max(scores.values()) < 2.3
    assert len({round(value, 2) for value in scores.values()}) == len(SEEDS) >= 3


@pytest.mark.parametrize("name", SEEDS)
def test_same_seed_same_packing_and_plain_floats(name):
    first, second = (namespace(SEEDS[name])["pack"](n=26, seed=3, work=9) for _ in range(2))
    assert first == second
    assert all(type(value) is float for circle in first for value in circle)


def test_spec():
    assert SPEC["program"]["entry"] == "pack"
    assert {name: spec["params"]["n"] for name, spec in SPEC["instances"].items()} == {
        str(n): n for n in (26, 32, 41, 42)
    }
    for name in ("brief.md", "evaluate.py", "cases.yaml", "picture.py", "ideas"):
        assert (PACK / name).exists()
