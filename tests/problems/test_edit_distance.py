"""edit_distance: cases, seeds and ideas through real processes, answers against a plain table."""

import asyncio
import importlib.util
import math
import random
from pathlib import Path

import pytest
from fragments import NotApplicable, apply
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.assemble.evaluator import evaluating
from evo.config.problem import load_cases, load_problem
from evo.records import EvaluationStatus, Program

PACK = Path(__file__).parents[2] / "problems" / "edit_distance"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
IDEAS = {path.stem: path.read_text() for path in sorted((PACK / "ideas").glob("*.py"))}


def loaded(path):
    spec = importlib.util.spec_from_file_location(f"edit_distance_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


JUDGE, REFERENCE = loaded(PACK / "evaluate.py"), loaded(PACK / "reference.py")


def function(text):
    parts = {}
    exec(compile(text, "program.py", "exec"), parts)
    return parts["distance"]


def bred(ideas):
    """Return the seeds, and each with one idea or all of them applied."""
    for name, seed in SEEDS.items():
        yield name, seed
        whole = seed
        for idea in ideas:
            for text in {seed, whole}:
                try:
                    child = apply(IDEAS[idea], text)
                except NotApplicable:
                    continue
                yield f"{name} + {idea}", child
                whole = child if text == whole else whole


PROGRAMS = dict(bred(IDEAS))


@settings(deadline=None, max_examples=40)
@given(st.text("ab", max_size=9), st.text("ab", max_size=9))
def test_seeds_and_ideas_give_distances(a, b):
    wanted = REFERENCE.distance(a, b)
    assert wanted == REFERENCE.distance(b, a) <= max(len(a), len(b))
    for name, text in PROGRAMS.items():
        assert function(text)(a, b) == wanted, name


def test_every_idea_fits_a_seed():
    assert {name.partition(" + ")[2] for name in PROGRAMS} == {"", *IDEAS}


@pytest.mark.parametrize("alike", [True, False])
def test_pairs_are_what_they_are_called_and_never_the_same(alike):
    params = {"pairs": 3, "length": 120, "letters": 4, "apart": 40}
    pairs = JUDGE.drawn(random.Random(1), params, alike=alike)
    shares = [REFERENCE.distance(a, b) / 120 for a, b in pairs]
    assert all(share < 0.1 for share in shares) if alike else all(share > 0.3 for share in shares)
    fresh = [JUDGE.drawn(random.SystemRandom(), params, alike=alike) for _ in range(2)]
    assert fresh[0] != fresh[1]


def scored(instance, params, texts):
    problem = load_problem(f"{PACK}/{instance}", params=params)

    async def main():
        async with evaluating(problem) as evaluator:
            programs = [Program.of({problem.spec.program.file: each}, language=problem.spec.language) for each in texts]
            return [await evaluator.evaluate(program) for program in programs]

    return asyncio.run(main())


SHORT = {"length": 90, "cpu_seconds": 0.25}


def test_the_python_instance_tells_faster_from_slower_on_any_machine():
    best = apply(IDEAS["middle_ends"], apply(IDEAS["filled_band"], SEEDS["table"]))
    cases = {case.name: case for case in load_cases(load_problem(f"{PACK}/python")) if case.instance is None}
    programs = {name: (PACK / case.program).read_text() for name, case in cases.items()}
    found = scored("python", SHORT, [best, SEEDS["memo"], *programs.values()])
    fast, slow = found[:2]
    assert fast.objective > 1.5 > slow.objective > 0.2
    assert fast.measures["near_over_far"] > 1.5 * slow.measures["near_over_far"]
    assert 0 < fast.error < fast.objective
    for case, evaluation in zip(cases.values(), found[2:], strict=True):
        if case.refused:
            assert evaluation.status is EvaluationStatus.INVALID
            assert case.refused in evaluation.feedback
        else:
            assert math.isclose(evaluation.objective, case.objective, abs_tol=2 * case.tolerance), case.name


def test_the_instance_in_c_is_built_once_and_run_in_turn():
    texts = [(PACK / name).read_text() for name in ("seeds/c/rows.c", "reference.c", "cases/wrong.c")]
    rows, same, wrong = scored("c", {"length": 900, "cpu_seconds": 0.25}, texts)
    assert rows.objective > 1.3 > same.objective > 0.7
    assert wrong.status is EvaluationStatus.INVALID
    assert "expected the whole number" in wrong.feedback
