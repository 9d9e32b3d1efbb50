"""cell_sorting: the judge against an oracle that moves one cell at a time, its laws, baselines, ideas, and peeking."""

import asyncio
import itertools
import random
import struct
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from cell_oracle import Oracle, follow
from cell_references import bubble_hop, jump2, random_walk
from fragments import NotApplicable, apply, is_wrap
from hypothesis import given, settings
from hypothesis import strategies as st

import evo
from evo.config.pipeline import load_pipeline
from evo.config.problem import load_cases, load_problem
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.local import LocalExecutor
from evo.judging import Invalid
from evo.records import EvaluationStatus, Program

PACK = Path(__file__).parents[2] / "problems" / "cell_sorting"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
IDEAS = {path.stem: path.read_text() for path in sorted((PACK / "ideas").glob("*.py"))}

sys.path.insert(0, str(PACK))
import cells  # noqa: E402 - the pack's modules, as its judge imports them
import evaluate as judge  # noqa: E402
import picture  # noqa: E402
import policies  # noqa: E402
import splits  # noqa: E402

sys.path.remove(str(PACK))
del sys.modules["evaluate"], sys.modules["picture"]

REFERENCES = {"bubble_hop": bubble_hop, "jump2": jump2, "random_walk": random_walk}


class Inside:
    """A candidate in this process: what the judge sees of one, without walls."""

    def __init__(self, text):
        self.text = text
        self.restart()

    def restart(self):
        self.parts = {}
        exec(compile(self.text, "program.py", "exec"), self.parts)

    def map(self, name, points):
        return [list(self.parts[name](list(cmp), *more)) for cmp, *more in points]


@cache
def table_of(text, reach):
    return policies.table(reach, Inside(text).map("policy", policies.domain(reach)))


@cache
def reference(name, reach=2):
    return policies.table(reach, [list(REFERENCES[name](*point)) for point in policies.domain(reach)])


def score(table, split, kind="standard"):
    return judge.scored(table, {"reach": table.reach, "split": split, "score": kind})


def drawn_table(rng, reach):
    moves = [0, *policies.OFFSETS[reach]]
    return policies.table(reach, [[rng.choice(moves), rng.randrange(4)] for _ in policies.domain(reach)])


def followed(table, row, *, opened):
    """What the oracle makes of a row."""
    answers = dict(zip(policies.domain(table.reach), zip(table.move, table.memory, strict=True), strict=True))

    def policy(cmp, mem, ok, coin):
        move, memory = answers[tuple(cmp), mem, ok, coin]
        return int(move), int(memory)

    oracle = Oracle(row.values, passive=row.faults, stuck=row.stuck)
    refused = row.refused if opened else None
    return oracle, follow(
        policy, table.reach, oracle, acting=row.acting.tolist(), coins=row.coins.tolist(), refused=refused
    )


@pytest.mark.parametrize("case", range(12))
def test_the_simulator_agrees_with_one_cell_at_a_time(case):
    """Rows of several lengths side by side, random tables, all schedulers, both kinds of faults, random refusals."""
    rng = random.Random(case)
    table, opened = drawn_table(rng, rng.choice([1, 2])), case % 2 == 1
    rows = []
    for index in range(4):
        kind = splits.Kind(
            start=rng.choice(["random", "reversed", "duplicates", "rotated", "organ"]),
            size=rng.randint(3, 9),
            faults=rng.choice([0, 0, 1, 2]),
            count=1,
            scheduler=rng.choice(["uniform", "rounds", "burst:5"]),
            movable=rng.random() < 0.5,
        )
        rows.append(splits.draw(kind, np.random.default_rng([case, index])))
    rows.sort(key=lambda row: -len(row.acting))
    trial = judge.Trial(table, rows, opened=opened)
    trial.run()
    for index, row in enumerate(rows):
        oracle, (swaps, requests, length, history) = followed(table, row, opened=opened)
        assert trial.world.row(index) == oracle.seen()
        found = (trial.swaps[index], trial.requests[index], trial.hops[index], trial.wrong[index])
        assert found == (swaps, requests, length, history[-1])
        wrong_at = [tick for tick, wrong in enumerate(history) if wrong]
        since = wrong_at[-1] + 2 if wrong_at else int(trial.first_wrong[index] > 0)
        assert trial.sorted_since[index] == (-1 if history[-1] else since)
        gained = in_order(oracle.seen()) - in_order(row.values)
        assert len(trial.traces[index]) == swaps + 1
        assert trial.traces[index][-1] - trial.traces[index][0] == gained


def in_order(values):
    return sum(left <= right for left, right in itertools.pairwise(values))


def test_the_domain_is_all_that_a_cell_can_know():
    assert [len(policies.domain(reach)) for reach in (1, 2)] == [512, 8192]
    assert len(set(policies.domain(2))) == 8192


BASELINES = {
    ("lazy", 1): (0.0549, 0.0482, 0.0568),
    ("leftward", 1): (0.7980, 0.7727, 0.6879),
    ("bubble", 1): (0.8041, 0.7754, 0.7082),
    ("bubble_greedy", 1): (0.8297, 0.8028, 0.7391),
    ("bubble_hop", 2): (0.9602, 0.9470, 0.9364),
    ("jump2", 2): (0.9731, 0.9470, 0.9405),
}
TEST_PARTS = {
    "leftward": (0.970, 0.391, 0.442),
    "bubble": (1.0, 0.391, 0.476),
    "bubble_greedy": (1.0, 0.391, 0.682),
}


@pytest.mark.parametrize(("name", "reach"), BASELINES)
def test_baselines_score_as_known(name, reach):
    table = table_of(SEEDS[name], reach) if name in SEEDS else reference(name)
    for split, known in zip(("train", "valid", "test"), BASELINES[name, reach], strict=True):
        found = score(table, split)
        assert found["objective"] == pytest.approx(known, abs=0.015), split
        assert set(found["measures"]) == set(load_problem(str(PACK)).spec.measures)
    for part, known in zip(("clean", "fault", "speed"), TEST_PARTS.get(name, ()), strict=False):
        assert found["metrics"][part] == pytest.approx(known, abs=0.02), part


def test_a_seed_is_the_same_policy_with_either_reach():
    for name, text in SEEDS.items():
        near, far = (score(table_of(text, reach), "train") for reach in (1, 2))
        assert near["objective"] == far["objective"], name


def test_laws_of_the_seeds():
    lazy, bubble = (
        judge.Trial(table_of(SEEDS[name], 1), splits.rows("train"), opened=False) for name in ("lazy", "bubble")
    )
    for trial in (lazy, bubble):
        trial.run()
    expected = [splits.inversions([v for i, v in enumerate(row.values) if i not in row.faults]) for row in lazy.rows]
    assert lazy.wrong.tolist() == expected
    assert not lazy.swaps.any()
    # Each swap of neighbours takes one pair away; what is left are the pairs that a wall separates.
    assert (bubble.first_wrong - bubble.wrong == bubble.swaps).all()
    for index, row in enumerate(bubble.rows):
        assert bubble.quality()[index] == pytest.approx(1.0), row.kind
    for name in ("train", "valid"):
        assert score(reference("random_walk", 1), name)["objective"] < 0.1
        assert score(table_of(SEEDS["lazy"], 1), name)["objective"] < 0.1


@given(st.permutations(range(6)), st.sets(st.integers(0, 5), max_size=3), st.sampled_from([1, 2]))
@settings(max_examples=40, deadline=None)
def test_the_ceiling_is_the_best_of_all_rows_that_can_be_reached(values, stuck, reach):
    seen, queue = {tuple(values)}, [tuple(values)]
    while queue:
        row = queue.pop()
        for one, two in itertools.combinations(range(6), 2):
            if two - one <= reach and not {one, two} & stuck:
                after = list(row)
                after[one], after[two] = after[two], after[one]
                if tuple(after) not in seen:
                    seen.add(tuple(after))
                    queue.append(tuple(after))
    free = [place for place in range(6) if place not in stuck]
    best = min(splits.inversions([row[place] for place in free]) for row in seen)
    assert splits.ceiling(values, stuck, reach) == splits.quality(best, len(free))


def test_splits_are_disjoint_and_as_described():
    drawn = {name: splits.rows(name) for name in splits.SPLITS}
    sizes = {name: len(rows) for name, rows in drawn.items()}
    assert sizes == {"train": 48, "valid": 48, "test": 56, "open": 40, "open_test": 40}
    everything = [(row.values, row.faults, row.coins.tobytes()) for rows in drawn.values() for row in rows]
    assert len(set(everything)) == len(everything)
    for row in itertools.chain(*drawn.values()):
        assert len(row.values) == row.kind.size
        assert len(row.faults) == row.kind.faults
        assert row.acting.shape == row.coins.shape == row.refused.shape == (3 * row.kind.size**2,)
        assert set(row.acting.tolist()) <= set(range(row.kind.size))
    assert 0.09 < np.mean([row.refused.mean() for row in drawn["open"]]) < 0.11


def test_schedulers():
    rng = np.random.default_rng(0)
    assert np.bincount(cells.schedule("uniform", rng, 10, 10_000)).min() > 850
    turns = cells.schedule("rounds", rng, 10, 1005)
    assert all(sorted(turns[start : start + 10]) == list(range(10)) for start in range(0, 1000, 10))
    bursts = cells.schedule("burst:5", rng, 50, 20_000)
    # A fresh draw is the same cell again in one of 50.
    assert 20_000 / (1 + (np.diff(bursts) != 0).sum()) == pytest.approx(5 * 50 / 49, rel=0.1)
    part = cells.burst(rng, 50, 1, 2000, length=5.0, last=np.full(2000, 7))
    assert (part == 7).mean() == pytest.approx(0.8 + 0.2 / 50, abs=0.04)


def test_the_open_score_charges_what_is_looked_at():
    bubble, greedy = (table_of(SEEDS[name], 2) for name in ("bubble", "bubble_greedy"))
    assert set(bubble.reads.reshape(-1).tolist()) == {1}
    assert set(greedy.reads.reshape(-1).tolist()) == {2}
    assert not table_of(SEEDS["lazy"], 2).reads.any()
    assert reference("jump2").reads.max() == 2
    everything = policies.table(2, [[min(p[0]) % 2, 0] for p in policies.domain(2)])
    assert everything.reads.min() == 4
    before = score(bubble, "open", "open")["metrics"]["clean"]
    assert 0.5 < before < 1
    # The same moves, reading one more neighbour for a memory that changes nothing.
    rows = [[int(move), int(point[0][0] == 1)] for move, point in zip(bubble.move, policies.domain(2), strict=True)]
    assert score(policies.table(2, rows), "open", "open")["metrics"]["clean"] < before


def test_the_area_under_quality_is_that_of_the_oracle():
    table, rows = table_of(SEEDS["bubble_greedy"], 2), splits.rows("open")[-12:]
    trial = judge.Trial(table, rows, opened=True)
    trial.run()
    for index, row in enumerate(rows):
        oracle, (_, _, _, history) = followed(table, row, opened=True)
        counted, horizon = len(row.values) - len(row.faults), 2 * len(row.values) ** 2
        wrong = [int(trial.first_wrong[index]), *history]
        area = spent = 0.0
        for tick, cell in enumerate(row.acting.tolist()):
            cost = 1.0 if cell in oracle.inactive else 1.5
            area += min(cost, max(0.0, horizon - spent)) * splits.quality(wrong[tick], counted)
            spent += cost
        best = splits.ceiling(row.values, row.stuck, 2)
        assert trial.area[index] == pytest.approx(area / best)
        assert 0 < trial.area[index] < horizon


def test_a_policy_is_judged_in_no_time():
    rng = random.Random(0)
    for table in (drawn_table(rng, 2), reference("jump2")):
        for split, kind in (("train", "standard"), ("open", "open")):
            splits.rows(split)
            began = time.process_time()
            score(table, split, kind)
            assert time.process_time() - began < 1.0


@pytest.mark.parametrize("reach", [1, 2])
def test_no_idea_on_any_seed_is_a_reference(reach):
    hidden = {reference(name, reach).name if reach == 2 else "" for name in ("bubble_hop", "jump2")}
    for idea, text in IDEAS.items():
        for seed, program in SEEDS.items():
            try:
                changed = apply(text, program)
            except NotApplicable:
                pytest.fail(f"{idea} does not fit {seed}")
            table = table_of(changed, reach)
            assert table.name not in hidden, (idea, seed)
            # Nor does it behave like one, whatever it remembers meanwhile.
            for name in ("bubble_hop", "jump2") if reach == 2 else ():
                assert (table.move != reference(name).move).any(), (idea, seed, name)


@pytest.mark.parametrize("case", range(6))
def test_any_ideas_in_any_order_give_a_policy(case):
    rng = random.Random(case)
    text = SEEDS[rng.choice(sorted(SEEDS))]
    for idea in rng.sample(sorted(IDEAS), 4):
        try:
            text = apply(IDEAS[idea], text)
        except NotApplicable:
            assert is_wrap(IDEAS[idea])
    assert 0 <= score(table_of(text, 2), "train")["objective"] <= 1


def test_one_idea_does_not_take_bubble_to_the_goal_and_two_may():
    def reached(*ideas):
        text = SEEDS["bubble"]
        for idea in ideas:
            text = apply(IDEAS[idea], text)
        return [score(table_of(text, 2), split)["objective"] for split in ("train", "test")]

    assert max(reached(idea)[0] for idea in IDEAS) < 0.96
    train, test = reached("offsets_two", "pick_any")
    assert train > 0.96
    assert test > 0.93


ANSWERS = {
    "a tuple": ("return 0, 0, 0", "expected two whole numbers"),
    "floats": ("return 0.0, 0", "expected two whole numbers"),
    "text": ("return '0', 0", "expected two whole numbers"),
    "negative memory": ("return 0, -1", "expected two whole numbers"),
    "nothing": ("return None", "expected two whole numbers"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_wrong_answers_are_refused(name):
    body, said = ANSWERS[name]
    parts = {}
    exec(f"def policy(cmp, mem, ok, coin):\n    {body}", parts)

    class Candidate(Inside):
        def map(self, name, points):
            found = [parts["policy"](*point) for point in points]
            return [list(answer) if isinstance(answer, tuple) else answer for answer in found]

    with pytest.raises(Invalid, match=said):
        policies.tabulated(Candidate(SEEDS["lazy"]), 1)


# It does find the list of what is being asked, in the frames of who calls it; every question is in some such list.
FRAMES = """
def asked():
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while "given" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["given"]
"""
PEEKS = {
    "a counter": ("N = [0]", "N[0] += 1\n    return (N[0] % 3 - 1, 0)", "expected one answer a point"),
    "a global that grows": ("SEEN = []", "SEEN.append(coin)\n    return (0, len(SEEN) % 4)", "one answer a point"),
    "iterators": ("import itertools\nC = itertools.count()", "return (0, next(C) % 4)", "one answer a point"),
    "addresses": ("KEPT = []", "KEPT.append(object())\n    return (0, id(KEPT[-1]) // 64 % 4)", "one answer a point"),
    "the clock": ("import time", "return (0, time.perf_counter_ns() // 7 % 4)", "time"),
    "randomness": ("import random", "return (0, random.randrange(4))", "random"),
    "bytes of the system": ("import os", "return (0, os.urandom(1)[0] % 4)", "os"),
    "the way in": ("import sys", "return (0, len(sys._getframe(1).f_locals['given']) % 4)", "sys"),
    "frames without sys": (FRAMES, "return (0, sum(point[3] for point in asked()[:77]) % 4)", "one answer a point"),
    "hashes of text": ("", "return (0, hash('cells') % 4)", None),
    "a helper's default": (
        "def seen(box=[]):\n    box.append(1)\n    return len(box)",
        "return (0, seen() % 4)",
        "one answer",
    ),
}


def test_who_peeks_gains_nothing():
    """Through the whole pipeline, in the sandbox: refused, or a table like any other that uses its arguments alone."""
    honest = score(table_of(SEEDS["lazy"], 2), "train")["objective"]
    problem = load_problem(f"{PACK}/policy_r2")

    def program(head, body):
        return Program.of(f"{head}\n\n\ndef policy(cmp, mem, ok, coin):\n    {body}\n")

    async def main():
        graph, executor = Graph.of(load_pipeline("default")), LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            return {name: await evaluator.evaluate(program(*peek[:2])) for name, peek in PEEKS.items()}

    for name, found in asyncio.run(main()).items():
        said = PEEKS[name][2]
        if found.status is EvaluationStatus.VALID:
            assert said is None, name
            assert found.objective == honest, name
        else:
            assert said is not None, (name, found.feedback)
            assert said in found.feedback, (name, found.feedback)


def test_picture(tmp_path):
    path = tmp_path / "picture.png"
    picture.draw(Inside(SEEDS["bubble"]), {"reach": 1, "split": "train"}, path)
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (1000, 1000)


def test_a_run_leaves_a_picture_behind(tmp_path):
    async def main():
        async with evo.start(evo.load_run("cell_sorting/policy_r1", ["budget.tickets=2"]), runs_dir=tmp_path) as search:
            async for _ in search:
                pass
            return search.folder

    assert {path.name for path in (asyncio.run(main()) / "best").iterdir()} == {"program.py", "picture.png"}


def test_cases_through_the_whole_pipeline():
    cases = load_cases(load_problem(str(PACK)))

    async def verdicts(instance):
        graph, executor = Graph.of(load_pipeline("default")), LocalExecutor(workers=1)
        mine = [case for case in cases if (case.instance or "policy_r2") == instance]
        problem = load_problem(f"{PACK}/{instance}")
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            return [(case, await evaluator.evaluate(Program.of((PACK / case.program).read_text()))) for case in mine]

    for case, found in asyncio.run(verdicts("policy_r1")) + asyncio.run(verdicts("policy_r2")):
        if case.refused:
            assert found.status is EvaluationStatus.INVALID, case.name
            assert case.refused in found.feedback, case.name
        else:
            assert found.objective == pytest.approx(case.objective, abs=case.tolerance), case.name
