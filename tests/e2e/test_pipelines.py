"""The shipped pipelines and what they are made of, with real processes."""

import asyncio
import shutil
from pathlib import Path

import pytest

from evo.config.document import parse
from evo.config.pipeline import load_pipeline, read_pipeline
from evo.config.problem import load_cases, load_problem
from evo.errors import InfraError, SpecError
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.inside import kernel
from evo.records import Evaluation, EvaluationStatus, Program
from evo.store import stage_results
from evo.store.store import DATABASE, RunHeader, Store
from tests.contracts.problems import SEED, YAML, make_problem
from tests.contracts.walks import Counting, Memory

ROOT = Path(__file__).parents[2]
VALID = EvaluationStatus.VALID

CASCADE = """
stages:
  quick: {use: call, params: {n: 1}, report: false}
  screen: {use: score, upstream: [quick], report: false}
  call: {use: call, upstream: [screen], when: {value: screen.metrics.largest, at_least: 0.5}}
  score: {use: score, upstream: [call]}
"""
REPEATED = """
stages:
  call: {use: call, repeats: {times: 3, take: TAKE}}
  score: {use: score, upstream: [call]}
"""


def graph(text: str, name: str = "test.yaml") -> Graph:
    return Graph.of(read_pipeline(parse(text, name), "test"))


def shipped(name: str) -> Graph:
    return Graph.of(load_pipeline(str(ROOT / "pipelines" / f"{name}.yaml")))


def using(problem, chosen: Graph, body, *, cache=None, executor=None):
    async def main():
        counting = executor or Counting()
        async with Evaluator(problem=problem, graph=chosen, executor=counting, cache=cache) as evaluator:
            return await body(evaluator), len(counting.tasks)

    return asyncio.run(main())


def evaluate(problem, chosen: Graph, *texts: str | Program, cache=None) -> tuple[list[Evaluation], int]:
    programs = [text if isinstance(text, Program) else Program.of(text) for text in texts]

    async def body(evaluator: Evaluator):
        return [await evaluator.evaluate(program) for program in programs]

    return using(problem, chosen, body, cache=cache)


def stages(evaluation: Evaluation) -> dict[str, str]:
    return {stage.stage: str(stage.status) for stage in evaluation.stages}


def test_a_cascade_whose_gate_fails_runs_none_of_its_later_stages(tmp_path: Path):
    problem = make_problem(tmp_path)

    def once(text: str) -> tuple[Evaluation, int, list]:
        executor = Counting()
        found, tasks = using(problem, graph(CASCADE), lambda each: each.evaluate(Program.of(text)), executor=executor)
        return found, tasks, [question.args["params"] for question in executor.questions]

    found, tasks, asked = once(SEED)
    assert (tasks, asked) == (1, [{"n": 1}])
    assert stages(found) == {"quick": "SUCCESS", "screen": "SUCCESS", "call": "SKIPPED", "score": "SKIPPED"}
    assert found.status is EvaluationStatus.FAILED
    assert found.feedback == "Stage call was skipped: screen.metrics.largest = 0.25; expected at least 0.5"
    found, tasks, asked = once(SEED.replace("0.25", "0.5"))
    assert (tasks, asked) == (2, [{"n": 1}, {"n": 3}])
    assert (found.status, found.objective, found.metrics) == (VALID, 1.5, {"largest": 0.5})


def test_a_gate_on_a_metric_that_the_judge_does_not_give(tmp_path: Path):
    chosen = graph(CASCADE.replace("metrics.largest", "metrics.large"))
    (found,), tasks = evaluate(make_problem(tmp_path), chosen, SEED)
    assert tasks == 1
    assert stages(found)["call"] == "JUDGE_ERROR"
    assert "gave no screen.metrics.large; its metrics are largest" in found.feedback


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("metrics.largest", "measures.sprea"), "sums has no measure 'sprea'; did you mean spread?"),
        (("{n: 1}", "{m: 1}"), "sums has no parameter 'm'; it has n"),
    ],
)
def test_what_a_pipeline_says_about_a_problem_is_checked_before_anything_runs(tmp_path: Path, change, words):
    with pytest.raises(SpecError) as caught:
        evaluate(make_problem(tmp_path), graph(CASCADE.replace(*change)), SEED)
    assert words in str(caught.value)
    assert caught.value.line in {3, 5}


def test_repeats_index_fresh_seeds_and_the_middle_counts(tmp_path: Path):
    text = "def numbers(n, seed):\n    return [seed % 1000 / 1000] * n\n"
    problem = make_problem(tmp_path)
    (found,), tasks = evaluate(problem, graph(REPEATED.replace("TAKE", "median")), text)
    assert tasks == 3
    assert found.status is VALID
    (mean,), _ = evaluate(problem, graph(REPEATED.replace("TAKE", "mean")), text)
    spread = found.metrics["total_spread"]
    assert spread > 0
    assert mean.metrics["total_spread"] == spread
    assert found.objective != mean.objective
    assert abs(found.objective - mean.objective) <= spread
    (again,), _ = evaluate(problem, graph(REPEATED.replace("TAKE", "median")), text)
    assert (again.objective, again.metrics) == (found.objective, found.metrics)


def test_the_output_of_a_repeated_program_is_its_first(tmp_path: Path):
    async def body(evaluator: Evaluator):
        return await evaluator.output(Program.of("def numbers(n, seed):\n    return [seed % 1000 / 1000] * n\n"))

    output, _ = using(make_problem(tmp_path), graph(REPEATED.replace("TAKE", "mean")), body)
    assert output == b"[0.005,0.005,0.005]"


def test_a_deadline_kills_what_runs(tmp_path: Path):
    text = "deadline: 0.8\n" + (ROOT / "pipelines" / "minimal.yaml").read_text()
    problem = make_problem(tmp_path, yaml=YAML.replace("[math, numpy]", "[time]"))
    sleeper = "import time\ndef numbers(n, seed):\n    time.sleep(60)\n"

    async def body(evaluator: Evaluator):
        await evaluator.evaluate(Program.of(SEED))
        found = await evaluator.evaluate(Program.of(sleeper))
        return found, await evaluator.evaluate(Program.of(SEED))

    (found, control), _ = using(problem, graph(text), body)
    assert stages(found) == {"call": "TIMEOUT", "score": "UPSTREAM_FAILED"}
    assert "the 0.8 s that one program may take" in found.feedback
    assert control.status is VALID
    assert not kernel.own_children()


def test_a_cache_hit_costs_no_process(tmp_path: Path, monkeypatch):
    problem, cache = make_problem(tmp_path), Memory()
    bad = "def numbers(n, seed):\n    return 1 / 0\n"
    first, tasks = evaluate(problem, shipped("default"), SEED, bad, cache=cache)
    assert tasks == 2

    def none(*args, **options):
        raise AssertionError("a process was started")

    monkeypatch.setattr("evo.execute.judge_pool.start", none)
    monkeypatch.setattr("evo.execute.zygote_pool.start", none)
    again, tasks = evaluate(problem, shipped("default"), SEED, bad, cache=cache)
    assert tasks == 0
    for new, old in zip(again, first, strict=True):
        assert (new.status, new.objective, new.measures, new.metrics) == (
            old.status, old.objective, old.measures, old.metrics,
        )  # fmt: skip
        assert (new.feedback, stages(new)) == (old.feedback, stages(old))
        ran = [stage for stage in new.stages if stage.status != "UPSTREAM_FAILED"]
        assert all(stage.cached for stage in ran)


def test_the_last_look_at_the_best_program_is_never_cached(tmp_path: Path):
    cache = Memory()

    async def body(evaluator: Evaluator):
        evaluator.remember(cache)
        await evaluator.evaluate(Program.of(SEED))
        return await evaluator.output(Program.of(SEED))

    output, tasks = using(make_problem(tmp_path), shipped("minimal"), body)
    assert len(cache.kept) == 2
    assert (output, tasks) == (b"[0.25,0.25,0.25]", 2)


@pytest.mark.parametrize("text", [CASCADE, REPEATED.replace("TAKE", "mean")], ids=["cascade", "repeated"])
def test_workers_and_a_cache_do_not_change_evaluations(tmp_path: Path, text: str):
    programs = [f"def numbers(n, seed):\n    return [{i} / 8 + seed % 7 / 100] * n\n" for i in range(8)]
    problem, memory = make_problem(tmp_path), Memory()

    async def body(evaluator: Evaluator):
        found = await asyncio.gather(*(evaluator.evaluate(Program.of(program)) for program in programs))
        return [(e.status, e.objective, e.measures, e.metrics, e.feedback, stages(e)) for e in found]

    alone, _ = using(problem, graph(text), body)
    assert len({objective for _, objective, *_ in alone}) > 2
    assert using(problem, graph(text), body, executor=Counting(workers=4), cache=memory)[0] == alone
    again, tasks = using(problem, graph(text), body, executor=Counting(workers=4), cache=memory)
    assert (again, tasks) == (alone, 0)


@pytest.fixture
def store(tmp_path: Path):
    header = RunHeader(
        id="r", created=0.0, version="0", problem="sums", instance="", fingerprint="", direction="maximize", unit="",
        seed=0, islands=1, cells=1, axes="[]", seeds="[]", spec="", tier="basic",
    )  # fmt: skip
    (tmp_path / "run").mkdir()
    opened = Store.create(tmp_path / "run", header)
    yield opened
    opened.close()


def test_the_cache_in_a_runs_database(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stage_results, "DEAR_SECONDS", 0.0)
    problem = make_problem(tmp_path / "problem")
    (first,), tasks = evaluate(problem, shipped("default"), SEED, cache=store.stage_cache())
    assert tasks == 1
    store.close()
    opened = Store.open(tmp_path / "run")
    (again,), tasks = evaluate(problem, shipped("default"), SEED, cache=opened.stage_cache())
    opened.close()
    assert tasks == 0
    assert (again.objective, again.measures, stages(again)) == (first.objective, first.measures, stages(first))
    assert (tmp_path / "run" / DATABASE).is_file()


def test_large_outputs_are_not_kept_in_the_database(tmp_path: Path, store: Store):
    yaml = YAML.replace("output_kb: 20", "output_kb: 2000").replace("n: 3", "n: 30000")
    text = "import random\ndef numbers(n, seed):\n    return [random.random() for _ in range(n)]\n"
    problem = make_problem(tmp_path / "problem", yaml=yaml.replace("numpy", "random"))
    for expected in (1, 1):
        (found,), tasks = evaluate(problem, shipped("minimal"), text, cache=store.stage_cache())
        assert (found.status, tasks) == (VALID, expected)


@pytest.mark.parametrize("name", ["default", "minimal", "repeated"])
def test_shipped_pipelines_for_any_problem(tmp_path: Path, name: str):
    (found,), tasks = evaluate(make_problem(tmp_path), shipped(name), SEED)
    assert (found.status, found.objective) == (VALID, 0.75)
    assert tasks == (3 if name == "repeated" else 1)


def test_the_shipped_cascade_lets_every_seed_through():
    problem = load_problem(str(ROOT / "problems" / "circle_packing" / "26"), params={"work": 2})
    found, tasks = evaluate(problem, shipped("cascade"), *(program for _, program in problem.seeds))
    assert [each.status for each in found] == [VALID] * len(problem.seeds)
    assert tasks == 2 * len(problem.seeds)
    with pytest.raises(SpecError, match="has no parameter 'work'"):
        evaluate(load_problem(str(ROOT / "problems" / "number_partition")), shipped("cascade"), SEED)


compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed here")


@compiler
def test_the_shipped_command_pipeline_runs_cpp():
    problem = load_problem(str(ROOT / "problems" / "number_partition"))
    seeds = dict(problem.seeds)
    broken = Program.of({"program.cpp": "int main() { return x; }\n"}, language="cpp")
    found, tasks = evaluate(problem, shipped("command"), *seeds.values(), broken)
    assert list(seeds) == ["alternate.cpp", "greedy.cpp"]
    assert [each.status for each in found] == [VALID, VALID, EvaluationStatus.FAILED]
    assert [each.objective for each in found] == [1073546.0, 20136.0, None]
    assert tasks == 3
    assert "the build step ended with exit code 1" in found[2].feedback
    assert "program.cpp:1:" in found[2].feedback


def test_the_judge_of_number_partition_gives_its_cases_what_they_are_due():
    problem = load_problem(str(ROOT / "problems" / "number_partition" / "tiny"))
    cases = load_cases(problem)

    async def body(evaluator: Evaluator):
        import json

        return [await evaluator.judge(json.dumps(case.output).encode()) for case in cases]

    for case, found in zip(cases, using(problem, shipped("command"), body)[0], strict=True):
        assert found.objective == case.objective, case.name
        assert case.refused is None or case.refused in found.feedback


def test_a_compiler_that_is_missing_is_the_machines_failure(tmp_path: Path):
    text = "stages:\n  c: {use: command, build: [no-such-compiler], argv: [./program]}\n"
    with pytest.raises(InfraError, match="no-such-compiler is not installed in"):
        evaluate(make_problem(tmp_path), graph(text + "  score: {use: score, upstream: [c]}\n"), SEED)
