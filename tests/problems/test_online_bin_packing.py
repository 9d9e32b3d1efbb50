"""online_bin_packing: the judge against a packing made independently, its cases, seeds and ideas."""

import asyncio
import importlib.util
import math
from pathlib import Path

import pytest
from fragments import NotApplicable, apply
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.config.pipeline import load_pipeline
from evo.config.problem import Case, Problem, load_cases, load_problem
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.records import EvaluationStatus, Program

PACK = Path(__file__).parents[2] / "problems" / "online_bin_packing"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
IDEAS = {path.stem: path.read_text() for path in sorted((PACK / "ideas").glob("*.py"))}
OR3 = dict(load_problem(f"{PACK}/or3").params)
SMALL = {**OR3, "packings": 3, "items": 60}


def load():
    spec = importlib.util.spec_from_file_location("online_bin_packing_evaluate", PACK / "evaluate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


JUDGE = load()


class Inside:
    """A candidate in this process: what the judge sees of one, without walls."""

    def __init__(self, text: str) -> None:
        self.code = compile(text, "program.py", "exec")
        self.restart()

    def restart(self):
        self.parts = {}
        exec(self.code, self.parts)

    def call(self, name, item, bins):
        return self.parts[name](item, list(bins))


def score(text: str, params=SMALL) -> float:
    return JUDGE.evaluate(Inside(text), params)["objective"]


def packed_by_best_fit(items: list[int], capacity: int) -> list[int]:
    rooms = []
    for item in items:
        fitting = [room for room in rooms if room >= item]
        if fitting:
            rooms[rooms.index(min(fitting))] -= item
        else:
            rooms.append(capacity - item)
    return rooms


@given(st.integers(1, 50), st.sampled_from(["uniform", "weibull"]), st.integers(1, 5), st.integers(1, 80))
@settings(max_examples=25, deadline=None)
def test_best_fit_agrees_with_one_that_was_written_independently(number, sizes, packings, items):
    capacity = {"uniform": 150, "weibull": 100}[sizes]
    params = {"sizes": sizes, "capacity": capacity, "packings": packings, "items": items, "draw": number}
    drawn = JUDGE.draw(params)
    assert [len(row) for row in drawn] == [items] * packings
    assert all(type(size) is int and 1 <= size <= capacity for row in drawn for size in row)
    rooms = [packed_by_best_fit(row, capacity) for row in drawn]
    bound = sum(math.ceil(sum(row) / capacity) for row in drawn)
    answer = JUDGE.evaluate(Inside(SEEDS["best_fit"]), params)
    assert answer["metrics"] == {
        "bins": sum(map(len, rooms)),
        "lower_bound": bound,
        "wasted": sum(map(sum, rooms)),
    }
    assert answer["objective"] == 100 * (sum(map(len, rooms)) - bound) / bound
    full = sum(room == 0 for row in rooms for room in row)
    assert answer["measures"] == {"full_share": full / sum(map(len, rooms)), "early_share": 0.0}


def test_seeds_lie_where_the_literature_has_them():
    scores = {name: score(text, OR3) for name, text in SEEDS.items()}
    assert 4.7 < scores["best_fit"] < 5.7
    assert scores["best_fit"] < scores["first_fit"] < scores["worst_fit"]


def test_hold_outs_are_other_items():
    instances = load_problem(f"{PACK}/or3").spec.instances
    for name in ("or3", "weibull"):
        usual, held = (dict(load_problem(f"{PACK}/{each}").params) for each in (name, f"{name}_holdout"))
        assert usual["draw"] != held["draw"]
        assert not {tuple(row[:50]) for row in JUDGE.draw(usual)} & {tuple(row[:50]) for row in JUDGE.draw(held)}
    assert len(instances) == 4


def test_the_program_never_learns_more_than_the_item_at_hand():
    shown = []

    class Spy(Inside):
        def restart(self):
            super().restart()
            shown.append([])

        def call(self, name, item, bins):
            shown[-1].append(item)
            return super().call(name, item, bins)

    JUDGE.evaluate(Spy(SEEDS["first_fit"]), SMALL)
    assert shown == JUDGE.draw(SMALL)


def test_a_record_of_sizes_is_of_one_sequence_alone():
    keeps = (
        "SEEN = []\ndef priority(item, bins):\n    SEEN.append(item)\n    return [len(SEEN)] + [0] * (len(bins) - 1)\n"
    )
    most = []

    class Spy(Inside):
        def call(self, name, item, bins):
            found = super().call(name, item, bins)
            most.append(found[0])
            return found

    JUDGE.evaluate(Spy(keeps), {**SMALL, "items": 20})
    assert max(most) == 20


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("idea", IDEAS)
def test_ideas_fit_the_seeds_and_pack_everything(seed: str, idea: str):
    try:
        text = apply(IDEAS[idea], SEEDS[seed])
    except NotApplicable:
        pytest.fail(f"{idea} does not fit {seed}")
    assert text.count("\n") < 60
    assert 0 <= score(text) <= 100


def test_some_combination_of_ideas_beats_best_fit():
    best = min(score(apply(idea, SEEDS["best_fit"]), OR3) for idea in IDEAS.values())
    assert best < score(SEEDS["best_fit"], OR3)


def by_instance(problem: Problem) -> dict[str, list[Case]]:
    found = {}
    for case in load_cases(problem):
        key = (case.instance, tuple(case.params.items()))
        found.setdefault(key, []).append(case)
    return found


def test_cases_through_the_whole_pipeline():
    groups = by_instance(load_problem(f"{PACK}/or3"))

    async def verdicts(problem: Problem, cases: list[Case]):
        graph, executor = Graph.of(load_pipeline("default")), LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            return [await evaluator.evaluate(Program.of((PACK / case.program).read_text())) for case in cases]

    for (instance, params), cases in groups.items():
        problem = load_problem(f"{PACK}/{instance or 'or3'}", params=dict(params) or None)
        for case, found in zip(cases, asyncio.run(verdicts(problem, cases)), strict=True):
            if case.refused:
                assert found.status is EvaluationStatus.INVALID, case.name
                assert case.refused in found.feedback, case.name
            else:
                assert found.status is EvaluationStatus.VALID, (case.name, found.feedback)
                assert abs(found.objective - case.objective) <= case.tolerance, case.name
