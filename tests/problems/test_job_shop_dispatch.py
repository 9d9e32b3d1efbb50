"""job_shop_dispatch: Taillard's own shops, the published rules on them, schedules made again by hand, bounds."""

import functools
import itertools
import time
from pathlib import Path

import pytest
import yaml

from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "job_shop_dispatch"
SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
CASES = yaml.safe_load((PACK / "cases.yaml").read_text())
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
TEXTBOOK, BEST_SEEN = 0.1909, 0.1686
"""The gap of time over work left, and of a tuned sum of ten terms."""

SHOPS, JUDGE = judge_modules(PACK, "shops", "evaluate")


@functools.cache
def judged(text, instance=None):
    asked = SPEC["instances"][instance]["params"] if instance else {}
    return JUDGE.evaluate(Inside(text), {**SPEC["params"], **asked})


def shortest_makespan(made):
    """The least over all orders of dispatch, each operation as soon as can be: for the smallest shops."""
    jobs, steps = len(made.times), len(made.times[0])
    best = sum(map(sum, made.times))
    for order in set(itertools.permutations([job for job in range(jobs) for _ in range(steps)])):
        at, ready, free = [0] * jobs, [0] * jobs, [0] * steps
        for job in order:
            machine = made.machines[job][at[job]]
            ready[job] = free[machine] = max(ready[job], free[machine]) + made.times[job][at[job]]
            at[job] += 1
        best = min(best, max(ready))
    return best


def best_in_conflicts(floor):
    """The least makespan over all choices that the judge offers."""
    found = floor.conflict()
    if found is None:
        return floor.end
    ends = []
    for job in found[1]:
        other = JUDGE.Floor(floor.made)
        for begun, *_ in floor.plan:
            other.begin(begun)
        other.begin(job)
        ends.append(best_in_conflicts(other))
    return min(ends)


def test_ta01_is_taillards():
    made = SHOPS.shop("published", 1, {})
    assert made.times[0] == [94, 66, 10, 53, 26, 15, 65, 82, 10, 27, 93, 92, 96, 70, 83]
    assert [machine + 1 for machine in made.machines[0]] == [7, 13, 5, 8, 4, 3, 11, 12, 9, 15, 10, 14, 6, 1, 2]
    assert SHOPS.simple_bound(made) == 1005
    for draw, (_, _, shortest) in enumerate(SHOPS.PUBLISHED, 1):
        made = SHOPS.shop("published", draw, {})
        assert SHOPS.simple_bound(made) <= SHOPS.lower_bound(made) <= shortest


@pytest.mark.parametrize(("seed", "published"), [("shortest", 0.258), ("most_work", 0.191), ("most_steps", 0.205)])
def test_rules_repeat_what_is_published(seed, published):
    assert judged(SEEDS[seed], "published")["metrics"]["above_best"] == pytest.approx(published, abs=0.0016)


@pytest.mark.parametrize("case", [case for case in CASES if "objective" in case], ids=lambda case: case["name"])
def test_cases_by_hand(case):
    gaps = []
    for draw in (1, 2):
        made = SHOPS.shop("taillard", draw, SPEC["params"])
        parts = {}
        exec((PACK / case["program"]).read_text(), parts)
        at, ready, free = [0] * 10, [0] * 10, [0] * 10
        while any(each < 10 for each in at):
            options = []
            for job in (each for each in range(10) if at[each] < 10):
                machine, length = made.machines[job][at[job]], made.times[job][at[job]]
                begin = max(ready[job], free[machine])
                options.append((begin + length, machine, begin, job, length))
            end, machine, *_ = min(options)
            rivals = [each for each in options if each[1] == machine and each[2] < end]
            told = {"start": [each[2] for each in rivals], "time": [each[4] for each in rivals]}
            chosen = rivals[parts["choose"](told, {}, {"left": -sum(at)})] if len(rivals) > 1 else rivals[0]
            at[chosen[3]] += 1
            ready[chosen[3]] = free[machine] = chosen[0]
        gaps.append(max(ready) / SHOPS.lower_bound(made) - 1)
    assert sum(gaps) / 2 == pytest.approx(case["objective"], abs=1e-12)


@pytest.mark.parametrize("family", sorted(SHOPS.FAMILIES))
def test_the_best_schedule_is_among_the_choices_and_not_below_the_bound(family):
    for draw in range(1, 6):
        made = SHOPS.shop(family, draw, {"jobs": 3, "machines": 2})
        shortest = shortest_makespan(made)
        assert best_in_conflicts(JUDGE.Floor(made)) == shortest
        assert SHOPS.simple_bound(made) <= SHOPS.lower_bound(made) <= shortest


@pytest.mark.parametrize("family", sorted(SHOPS.FAMILIES))
def test_shops_are_drawn_again_alike_and_other_with_a_secret(family):
    asked = SPEC["params"]
    one, again, other = (SHOPS.shop(family, 2, each) for each in (asked, asked, {**asked, "secret": "ab" * 16}))
    assert one == again
    assert one.times != other.times
    assert one.machines != other.machines
    assert all(sorted(route) == list(range(10)) for route in one.machines)
    assert all(1 <= length <= 99 for row in one.times for length in row)


def test_what_a_rule_is_told():
    floor = JUDGE.Floor(SHOPS.Shop([[3, 2], [4, 1], [2, 6]], [[0, 1], [0, 1], [1, 0]]))
    machine, jobs = floor.conflict()
    assert (machine, jobs) == (1, [2])
    floor.begin(2)
    machine, jobs = floor.conflict()
    assert (machine, jobs) == (0, [0, 1, 2])
    told, coming, whole = JUDGE.shown(floor, machine, jobs)
    assert told["start"] == [0, 0, 2]
    assert told["time"] == [3, 4, 6]
    assert told["tail"] == [2, 1, 0]
    assert told["next_free"] == [2, 2, 0]
    assert told["next_load"] == [3, 3, 0]
    assert coming == {"start": [], "time": [], "tail": []}
    assert whole == {"load": 13, "heaviest": 13, "left": 1 - 1 / 6, "jobs": 3, "machines": 2}


def test_seeds_stand_on_three_rungs_and_are_judged_in_time():
    found = {}
    for name, text in SEEDS.items():
        began = time.process_time()
        found[name] = judged(text)["objective"]
        assert time.process_time() - began < 2
    assert found["shortest"] > found["most_work"] + 0.01 > found["most_steps"] + 0.02 > TEXTBOOK


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert judged(changed)["objective"] > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
