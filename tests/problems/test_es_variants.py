"""es_variants: members and estimate against dense formulas, the definition of the score, what is refused, the ideas."""

import asyncio
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fragments import apply

from evo.config.pipeline import load_pipeline
from evo.config.problem import load_cases, load_problem
from evo.eggroll.tasks import Quadratic
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.judging import Invalid
from evo.records import EvaluationStatus, Program

PACK = Path(__file__).parents[2] / "problems" / "es_variants"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
IDEAS = {path.stem: path.read_text() for path in sorted((PACK / "ideas").glob("*.py"))}
TRAIN = dict(load_problem(f"{PACK}/train").params)
HOLDOUT = dict(load_problem(f"{PACK}/holdout").params)


def load(name: str, as_name: str):
    spec = importlib.util.spec_from_file_location(as_name, PACK / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[as_name] = module
    spec.loader.exec_module(module)
    return module


TASKS = load("tasks", "tasks")
JUDGE = load("evaluate", "es_variants_evaluate")
del sys.modules["tasks"]


def calling(text: str):
    parts = {}
    exec(compile(text, "program.py", "exec"), parts)
    return lambda name, *args: parts[name](*args)


def small(**changes):
    task = Quadratic(m=6, n=5, seed=3)
    run = TASKS.Run(name="quadratic", task=task, population=32, generations=60, sigma=0.1, seed=1)
    return replace(run, **changes)


def test_members_do_what_their_written_out_parameters_do():
    rng = np.random.default_rng(0)
    mean = {"W": rng.standard_normal((4, 3)), "b": rng.standard_normal(4)}
    factors = rng.standard_normal((6, 2, 4)), rng.standard_normal((6, 2, 3))
    for noise in (factors, rng.standard_normal((6, 4, 3)), None):
        members = TASKS.Members(mean, {} if noise is None else {"W": noise}, 6)
        written = np.array(members.vector("W"))
        assert written.shape == (6, 4, 3)
        for x in (rng.standard_normal((7, 3)), rng.standard_normal((6, 7, 3))):
            expected = np.stack([(x if x.ndim == 2 else x[i]) @ written[i].T for i in range(6)])
            np.testing.assert_allclose(members.linear("W", x), expected, atol=1e-12)
    one = mean["W"] + factors[0][5].T @ factors[1][5]
    np.testing.assert_allclose(TASKS.Members(mean, {"W": factors}, 6).vector("W")[5], one, atol=1e-12)


@pytest.mark.parametrize("seed", ["eggroll", "full_rank"])
def test_the_strategies_estimate_what_the_formula_says(seed: str):
    parts = {}
    exec(SEEDS[seed].replace("advance(gradient, STATE", "plainly(gradient, STATE"), parts)
    parts["plainly"] = lambda gradient, memory, lr: gradient
    parts["start"]({"W": [5, 3], "b": [4]}, 16, 10, 0.2, 7)
    noise = parts["ask"]()
    written = np.matmul(noise["W"][0].transpose(0, 2, 1), noise["W"][1]).astype(float)
    np.testing.assert_allclose(written[0::2], -written[1::2])
    fitness = np.random.default_rng(1).standard_normal(16)
    weights = (fitness - fitness.mean()) / fitness.std()
    told = parts["tell"](fitness)
    np.testing.assert_allclose(told["W"], np.tensordot(weights, written, 1) / (16 * 0.2**2), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(told["b"], np.tensordot(weights, noise["b"], 1) / (16 * 0.2**2), rtol=1e-4, atol=1e-5)


def test_noise_of_the_strategies_has_unit_variance():
    for name in ("eggroll", "full_rank"):
        parts = {}
        exec(SEEDS[name], parts)
        for m, n in ((5, 3), (3, 5), (80, 60)):
            a, b = parts["directions"](np.random.default_rng(2), 600, m, n)
            dense = np.matmul((a / np.sqrt(a.shape[1])).transpose(0, 2, 1), b)
            assert dense.var() == pytest.approx(1.0, rel=0.1), (name, m, n)


def test_baseline_learns_and_does_not_depend_on_the_unit_of_fitness():
    plain = JUDGE.learn(small(), calling(SEEDS["eggroll"]))
    assert plain < 0.2
    assert JUDGE.learn(small(scale=1e6, offset=1e6), calling(SEEDS["eggroll"])) == pytest.approx(plain, rel=1e-3)
    assert plain < JUDGE.learn(small(), calling(SEEDS["random_search"])) < 1.0


def test_instances_share_no_task():
    train, held = TASKS.plan(TRAIN), TASKS.plan(HOLDOUT)
    assert [run.name for run in train] * 2 == [run.name for run in held]
    assert not {run.seed for run in train} & {run.seed for run in held}
    assert {run.task.seed for run in train if hasattr(run.task, "seed")}.isdisjoint({run.seed for run in train})
    turned = {run.name: run.task.start() for run in held}
    for run in train:
        shapes = [value.shape for value in run.task.start().values()]
        assert shapes != [value.shape for value in turned[run.name].values()] or run.name == "ill_conditioned"


@pytest.mark.parametrize("seed", ["eggroll", "full_rank"])
@pytest.mark.parametrize("idea", IDEAS)
def test_ideas_fit_the_strategies_and_learn(seed: str, idea: str):
    error = JUDGE.learn(small(), calling(apply(IDEAS[idea], SEEDS[seed])))
    assert 0 <= error < 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([], "expected an object"),
        ({"W": 1.0}, "something else"),
        ({"W": [np.zeros((2, 1, 4))]}, "two factors"),
        ({"b": [np.zeros((2, 1)), np.zeros((2, 1))]}, "two factors"),
        ({"W": [np.zeros((2, 1, 4)), np.zeros((2, 2, 3))]}, r"shape \[2, 1, 3\]"),
        ({"W": [3, np.zeros((2, 2, 3))]}, "something else"),
        ({"W": np.zeros((2, 3, 4))}, r"shape \[2, 4, 3\]"),
        ({"W": np.full((2, 4, 3), np.inf)}, "NaN is none"),
        ({"W": np.full((2, 4, 3), 1e7)}, "NaN is none"),
        ({"b": np.zeros((2, 4), dtype=np.int32)}, "floats"),
    ],
)
def test_wrong_answers_are_refused(answer, reason):
    mean = {"W": np.zeros((4, 3)), "b": np.zeros(4)}
    with pytest.raises(Invalid, match=reason):
        JUDGE.leaves(answer, mean, "ask", 2)


def test_members_without_a_number_are_told_as_the_worst():
    assert JUDGE.told(np.array([1.0, np.nan, -2.0, -np.inf])).tolist() == [1.0, -2.0, -2.0, -2.0]
    assert JUDGE.told(np.array([np.nan, np.inf])).tolist() == [0.0, 0.0]


def test_cases_and_a_fresh_process_for_every_task():
    problem = load_problem(f"{PACK}/train")
    cases = load_cases(problem)

    async def main():
        graph, executor = Graph.of(load_pipeline("default")), LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            found = [await evaluator.evaluate(Program.of((PACK / case.program).read_text())) for case in cases]
            return found, await evaluator.evaluate(Program.of((PACK / "cases" / "remembers.py").read_text()))

    found, remembers = asyncio.run(main())
    for case, evaluation in zip(cases, found, strict=True):
        if case.refused:
            assert evaluation.status is EvaluationStatus.INVALID, case.name
            assert case.refused in evaluation.feedback, case.name
        else:
            assert (evaluation.status, evaluation.objective) == (EvaluationStatus.VALID, case.objective), case.name
            assert 0.05 < evaluation.measures["message_share"] < 0.5
    assert remembers.status is EvaluationStatus.VALID, remembers.feedback
    assert remembers.objective < 0.4
