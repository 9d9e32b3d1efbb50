import asyncio
import dataclasses
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.errors import InfraError
from evo.evaluate.stages.stage import Runtime
from evo.evaluate.walk import Walk
from evo.records import Program, StageStatus
from tests.contracts.problems import make_problem
from tests.contracts.walks import Memory, fakes, started, statuses, walk

TRIGGERS = ["all_success", "all_done", "any_failed"]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory) -> Runtime:
    problem = make_problem(tmp_path_factory.mktemp("problem"))
    executor = SimpleNamespace(tier="none", workers=1)
    return Runtime(program=Program.of("x = 1\n"), problem=problem, executor=executor)


@st.composite
def graphs(draw) -> dict[str, dict]:
    """Stages s0.. in the order of their edges, some of which fail, with any trigger and gates on any stage above."""
    stages: dict[str, dict] = {}
    above: dict[str, set[str]] = {}
    for index in range(draw(st.integers(1, 7))):
        name = f"s{index}"
        upstream = draw(st.lists(st.sampled_from(sorted(stages)), unique=True, max_size=3)) if stages else []
        above[name] = {each for source in upstream for each in {source, *above[source]}}
        stage = {"gives": [f"x{index}"], "upstream": upstream, "ends": draw(st.sampled_from([[], [], ["FAILED"]]))}
        if upstream:
            stage["trigger"] = draw(st.sampled_from(TRIGGERS))
            if draw(st.booleans()):
                source = draw(st.sampled_from(sorted(above[name])))
                stage["when"] = {"value": f"{source}.x{source[1:]}", "at_least": draw(st.sampled_from([0, 5]))}
        stages[name] = stage
    return stages


def expected(stages: dict[str, dict]) -> dict[str, str]:
    """What the rules say, written down once more in the plainest way."""
    found: dict[str, str] = {}
    for name, stage in stages.items():
        up = [found[source] for source in stage["upstream"]]
        failed = any(status not in {"SUCCESS", "SKIPPED"} for status in up)
        trigger = stage.get("trigger", "all_success")
        gate = stage.get("when")
        if trigger == "all_success" and failed:
            found[name] = "UPSTREAM_FAILED"
        elif (trigger == "all_success" and "SKIPPED" in up) or (trigger == "any_failed" and not failed):
            found[name] = "SKIPPED"
        elif gate and found[gate["value"].split(".")[0]] != "SUCCESS":
            skipped = found[gate["value"].split(".")[0]] == "SKIPPED"
            found[name] = "SKIPPED" if skipped else "UPSTREAM_FAILED"
        elif gate and gate["at_least"] > 1:
            found[name] = "SKIPPED"
        else:
            found[name] = "FAILED" if stage["ends"] else "SUCCESS"
    return found


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_order_triggers_and_gates(runtime, stages):
    graph = fakes(**stages)
    done = walk(graph, runtime)
    rules = expected(stages)
    assert {name: status for name, status in statuses(done).items() if name != "end"} == rules
    # What did not succeed or fail was not run; what ran, ran once, after everything upstream of it.
    ran = [name for name in started if name != "end"]
    assert sorted(ran) == sorted(name for name, status in rules.items() if status in {"SUCCESS", "FAILED"})
    for index, name in enumerate(ran):
        assert not set(stages[name]["upstream"]) & set(ran[index:])


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_what_is_cached_is_not_run_and_changes_nothing(runtime, stages):
    graph, cache = fakes(**stages), Memory()
    first = walk(graph, runtime, cache)
    again = walk(graph, runtime, cache)
    assert started == []
    assert statuses(again) == statuses(first)
    assert [done.result.outputs for done in again.values()] == [done.result.outputs for done in first.values()]
    assert all(result.cached for done in again.values() for result in done.each)


def test_independent_stages_run_side_by_side(runtime):
    graph = fakes(a={"gives": ["x"], "seconds": 0.2}, b={"gives": ["y"], "seconds": 0.2})

    async def main():
        start = asyncio.get_running_loop().time()
        await Walk(graph, runtime).run()
        return asyncio.get_running_loop().time() - start

    assert asyncio.run(main()) < 0.39


def test_a_gate_that_fails_says_why_and_what_follows_does_not_run(runtime):
    graph = fakes(
        screen={"gives": ["x"], "value": 0.3},
        full={"gives": ["y"], "upstream": ["screen"], "when": {"value": "screen.x", "at_least": 0.5}},
        after={"gives": ["z"], "upstream": ["full"], "reads": ["y"]},
        free={"gives": ["w"], "upstream": ["full"], "trigger": "all_done"},
        lacking={"gives": ["v"], "upstream": ["full"], "trigger": "all_done", "reads": ["y"]},
    )
    done = walk(graph, runtime)
    assert sorted(started) == ["end", "free", "screen"]
    assert done["full"].result.detail == "screen.x = 0.3; expected at least 0.5"
    assert done["after"].result.detail == "full was skipped"
    assert statuses(done)["lacking"] == "SKIPPED"


def test_repetitions_are_taken_together_and_what_reads_them_is_repeated(runtime):
    repeated = {"gives": ["x"], "seeded": True, "repeats": {"times": 3, "take": "mean"}}
    graph = fakes(a=repeated, b={"gives": ["y"], "reads": ["x"], "upstream": ["a"]}, c={"gives": ["z"]})
    done = walk(graph, runtime)
    assert [started.count(name) for name in "abc"] == [3, 3, 1]
    assert [each.outputs["x"] for each in done["a"].each] == [1, 2, 3]
    assert done["a"].result.outputs == {"x": 2.0}
    # Each repetition reads its own: 1 + 0 + 1, 1 + 1 + 2, 1 + 2 + 3.
    assert [each.outputs["y"] for each in done["b"].each] == [2, 4, 6]
    graph = fakes(a={**repeated, "repeats": {"times": 4}})
    assert walk(graph, runtime)["a"].result.outputs == {"x": 2.5}


def test_a_repetition_that_fails_is_the_end_of_it(runtime):
    ends = ["SUCCESS", "FAILED"]
    graph = fakes(a={"gives": ["x"], "seeded": True, "repeats": {"times": 3}, "ends": ends})
    done = walk(graph, runtime)
    assert started.count("a") == 2
    assert done["a"].result.status is StageStatus.FAILED
    assert done["a"].result.detail == "repetition 2 of 3: as told"
    assert not done["a"].result.outputs


@pytest.mark.parametrize(
    ("options", "runs", "status"),
    [
        ({"ends": ["JUDGE_ERROR"], "retries": 1}, 2, "SUCCESS"),
        ({"ends": ["JUDGE_ERROR"]}, 1, "JUDGE_ERROR"),
        ({"ends": ["KILLED", "KILLED", "KILLED"], "retries": 2}, 3, "KILLED"),
        ({"ends": ["FAILED"], "retries": 3}, 1, "FAILED"),
        ({"ends": ["TIMEOUT"], "retries": 3}, 1, "TIMEOUT"),
        ({"ends": ["TIMEOUT"], "retries": 3, "by_wall": True}, 2, "SUCCESS"),
        ({"ends": ["INFRA_ERROR"]}, 2, "SUCCESS"),
        ({"ends": ["INFRA_ERROR"] * 3, "retries": 3}, 4, "SUCCESS"),
    ],
)
def test_only_what_the_machine_may_have_caused_is_tried_again(runtime, options, runs, status):
    done = walk(fakes(a={"gives": ["x"], **options}), runtime)
    assert (started.count("a"), statuses(done)["a"]) == (runs, status)


def test_a_machine_that_goes_on_failing_stops_the_walk(runtime):
    with pytest.raises(InfraError, match=r"stage a of program .* failed 3 times: as told"):
        walk(fakes(a={"gives": ["x"], "ends": ["INFRA_ERROR"] * 3, "retries": 2}), runtime)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, True),
        ({"ends": ["FAILED"]}, True),
        ({"ends": ["TIMEOUT"]}, True),
        ({"ends": ["TIMEOUT"], "by_wall": True}, False),
        ({"ends": ["KILLED"]}, False),
        ({"ends": ["JUDGE_ERROR"]}, False),
    ],
)
def test_what_the_machine_or_a_judge_caused_is_not_cached(runtime, options, kept):
    cache = Memory()
    walk(fakes(a={"gives": ["x"], **options}), runtime, cache)
    assert len(cache.kept) == 1 + kept


def test_where_nothing_can_be_found_or_is_worth_keeping_no_key_is_made(runtime, monkeypatch):
    cache = Memory()
    cache.holds_any = cache.dear = False
    monkeypatch.setattr("evo.evaluate.walk.cache_key", None)
    walk(fakes(a={"gives": ["x"]}), runtime, cache)
    assert not cache.kept


def test_a_cache_key_hangs_on_everything_that_matters(runtime):
    def made(graph, runtime=runtime, cache=None):
        cache = cache or Memory()
        walk(graph, runtime, cache)
        return set(cache.kept)

    base = {"gives": ["x"]}
    reading = {"gives": ["y"], "reads": ["x"], "upstream": ["a"]}
    first = made(fakes(a=base, b=reading))
    assert made(fakes(b=reading, a=base)) == first
    assert len(made(fakes(a={**base, "value": 2}, b=reading)) & first) == 1  # `end` alone: b reads another value
    other = dataclasses.replace(runtime, program=Program.of("x = 2\n"))
    assert not made(fakes(a=base, b=reading), other) & first
    elsewhere = dataclasses.replace(runtime, executor=SimpleNamespace(tier="strict", workers=1))
    assert not made(fakes(a=base, b=reading), elsewhere) & first
    changed = dataclasses.replace(runtime, problem=dataclasses.replace(runtime.problem, fingerprint="other"))
    assert not made(fakes(a=base, b=reading), changed) & first


def test_what_uses_no_seed_runs_again_for_a_retest(runtime):
    """Otherwise the machine's own noise would never be seen: every retest would give the first score's last digit."""
    graph, cache = fakes(a={"gives": ["x"]}, b={"gives": ["y"], "reads": ["x"], "upstream": ["a"]}), Memory()
    walk(graph, runtime, cache)
    for number in (1, 2):
        retest = dataclasses.replace(runtime, retest=number)
        assert not any(done.result.cached for done in walk(graph, retest, cache).values())
        assert all(done.result.cached for done in walk(graph, retest, cache).values()), "taken up after a kill"
    assert all(done.result.cached for done in walk(graph, runtime, cache).values())


def test_the_deadline_of_a_program(runtime):
    graph = fakes(
        a={"gives": ["x"], "seconds": 300},
        b={"gives": ["y"], "upstream": ["a"]},
        c={"gives": ["z"]},
        deadline=1.0,
    )
    cache = Memory()
    done = walk(graph, runtime, cache)
    assert statuses(done) == {"a": "TIMEOUT", "b": "UPSTREAM_FAILED", "c": "SUCCESS", "end": "SUCCESS"}
    assert done["a"].result.detail == "the 1 s that one program may take in all were over"
    assert len(cache.kept) == 2
