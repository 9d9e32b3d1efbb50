import asyncio
import dataclasses
import os
from pathlib import Path

import pytest

from evo.config.pipeline import load_pipeline
from evo.config.problem import load_problem
from evo.errors import InfraError, JudgeError, SpecError
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute import scratch
from evo.execute.executor import TaskResult
from evo.execute.inside import kernel
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Tier, probe
from evo.records import Evaluation, EvaluationStatus, Program, StageStatus
from tests.contracts.problems import JUDGE, SEED, YAML, make_problem

PIPELINES = Path(__file__).parents[2] / "pipelines"
ALL = ["syntax", "call", "source_metrics", "score"]


def graph(name: str = "default") -> Graph:
    return Graph.of(load_pipeline(str(PIPELINES / f"{name}.yaml")))


def using(problem, body, *, pipeline="default", workers=1, executor=None):
    async def main():
        chosen = executor or LocalExecutor(workers=workers)
        async with Evaluator(problem=problem, graph=graph(pipeline), executor=chosen) as evaluator:
            return await body(evaluator)

    return asyncio.run(main())


def evaluate(problem, *texts: str, **options) -> list[Evaluation]:
    async def body(evaluator: Evaluator):
        return await asyncio.gather(*(evaluator.evaluate(Program.of(text)) for text in texts))

    return using(problem, body, **options)


def statuses(evaluation: Evaluation) -> dict[str, str]:
    return {stage.stage: str(stage.status) for stage in evaluation.stages}


def test_a_valid_program(tmp_path: Path):
    (found,) = evaluate(make_problem(tmp_path), SEED)
    assert found.status is EvaluationStatus.VALID
    assert found.program == Program.of(SEED).id
    assert found.objective == 0.75
    assert found.measures == {"spread": 0.0, "code_length": 33.0, "complexity": 2.0}
    assert found.metrics == {"largest": 0.25}
    assert found.feedback == "the smallest value is 0.25"
    assert found.tier == probe()
    assert found.flags == ()
    assert list(statuses(found).items()) == [(name, "SUCCESS") for name in ALL]
    assert all("output" not in stage.outputs for stage in found.stages)
    call = found.stages[1]
    assert call.cpu_seconds > 0
    assert call.max_rss_mb > 0


def test_what_the_entry_is_given(tmp_path: Path):
    text = "def numbers(**given):\n    return [given['n'] / 10, given['seed'] / 10, len(given) / 10]\n"
    (found,) = evaluate(make_problem(tmp_path), text)
    assert found.metrics == {"largest": 0.5}
    assert found.objective == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        ("[0.5, 2, 0]", "outside"),
        ("[float('nan'), 0, 0]", "NaN"),
        ("[float('inf'), 0, 0]", "Infinity"),
        ("['1', 0, 0]", "value 0"),
        ("[True, 0, 0]", "value 0"),
        ("[0.5] * 4", "4"),
        ("None", ""),
        ("{'objective': 9}", ""),
    ],
)
def test_what_the_judge_refuses_is_invalid(tmp_path: Path, returned: str, reason: str):
    (found,) = evaluate(make_problem(tmp_path), f"def numbers(n, seed):\n    return {returned}\n")
    assert found.status is EvaluationStatus.INVALID
    assert found.objective is None
    assert statuses(found)["score"] == "FAILED"
    assert found.feedback.startswith("The output was refused: ")
    assert reason in found.feedback


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("def numbers(:\n", ["FAILED", "UPSTREAM_FAILED", "UPSTREAM_FAILED", "UPSTREAM_FAILED"], "program.py, line 1"),
        ("-" * 200_000, ["FAILED", "UPSTREAM_FAILED", "UPSTREAM_FAILED", "UPSTREAM_FAILED"], "nested too deeply"),
        ("import socket\n" + SEED, ["FAILED"] + ["UPSTREAM_FAILED"] * 3, "imports socket"),
        ("def other(): pass\n", ["FAILED"] + ["UPSTREAM_FAILED"] * 3, "expected a function numbers"),
        ("def numbers(n, seed):\n    return n / 0\n", ["SUCCESS", "FAILED", "SUCCESS", "UPSTREAM_FAILED"], "ZeroDiv"),
        ("def numbers(n, seed):\n    while 1: pass\n", ["SUCCESS", "TIMEOUT", "SUCCESS", "UPSTREAM_FAILED"], "0.5 CPU"),
        ("def numbers(n, seed):\n    return {1}\n", ["SUCCESS", "INVALID_RESULT", "SUCCESS", "UPSTREAM_FAILED"], "set"),
    ],
)
def test_a_failure_is_a_status_and_what_follows_is_not_run(tmp_path, text, expected, words):
    (found,) = evaluate(make_problem(tmp_path), text)
    assert found.status is EvaluationStatus.FAILED
    assert statuses(found) == dict(zip(ALL, expected, strict=True))
    assert words in found.feedback
    assert len(found.feedback.encode()) <= 2048


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("1.0", "evaluate returned float"),
        ("{}", "no objective"),
        ("{'objective': float('nan'), 'measures': {'spread': 0}}", "objective = nan"),
        ("{'objective': '1', 'measures': {'spread': 0}}", "objective = '1'"),
        ("{'objective': True, 'measures': {'spread': 0}}", "objective = True"),
        ("{'objective': 1}", "no measure 'spread'"),
        ("{'objective': 1, 'measures': {'spread': None}}", "measures.spread = None"),
        ("{'objective': 1, 'measures': {'spread': 0, 'x': 1}}", "'x'"),
        ("{'objective': 1, 'measures': {'spread': 0}, 'metrics': {'m': float('inf')}}", "metrics.m = inf"),
        ("{'objective': 1, 'measures': {'spread': 0}, 'score': 1}", "'score'"),
        ("[1][2]", "IndexError"),
        ("exit(0)", "SystemExit"),
        ("__import__('os')._exit(7)", "exit code 7"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", "exit code -9"),
        ("[0 for _ in iter(int, 1)]", "over the limit of 0.5 CPU seconds"),
    ],
)
def test_a_judge_out_of_contract_is_a_judge_error_and_does_not_last(tmp_path, answer, words):
    judge = JUDGE.replace("    if any", f"    if output[0] == 0.125:\n        return {answer}\n    if any")
    bad = "def numbers(n, seed):\n    return [0.125] * n\n"
    problem = make_problem(tmp_path, judge=judge)

    async def body(evaluator: Evaluator):
        return [await evaluator.evaluate(Program.of(text)) for text in (bad, SEED)]

    broken, control = using(problem, body)
    assert broken.status is EvaluationStatus.FAILED
    assert statuses(broken)["score"] == "JUDGE_ERROR"
    assert words in broken.feedback
    assert control.status is EvaluationStatus.VALID


@pytest.mark.parametrize("judge", ["def evaluate(:\n", "raise RuntimeError('no')\n", "other = 1\n"])
def test_a_judge_that_cannot_be_loaded_is_a_judge_error(tmp_path: Path, judge: str):
    (found,) = evaluate(make_problem(tmp_path, judge=judge), SEED)
    assert statuses(found)["score"] == "JUDGE_ERROR"


def test_judges_print_and_import_neighbours_in_peace(tmp_path: Path):
    judge = "import neighbour\n" + JUDGE.replace("    if any", "    print('x' * 100000)\n    if any")
    (found,) = evaluate(make_problem(tmp_path, judge=judge, neighbour_py="x = 1\n"), SEED)
    assert found.status is EvaluationStatus.VALID


def test_numpy_numbers_from_a_judge_are_numbers(tmp_path: Path):
    judge = JUDGE.replace("math.fsum(values)", "__import__('numpy').float64(0.5)")
    (found,) = evaluate(make_problem(tmp_path, judge=judge), SEED)
    assert found.objective == 0.5


def test_workers_do_not_change_evaluations(tmp_path: Path):
    texts = [f"def numbers(n, seed):\n    return [{i / 8}] * n\n" for i in range(12)]
    problem = make_problem(tmp_path)

    def meaning(found: list[Evaluation]):
        return [(each.status, each.objective, each.measures, each.feedback, statuses(each)) for each in found]

    assert meaning(evaluate(problem, *texts)) == meaning(evaluate(problem, *texts, workers=4))


def test_the_raw_output_of_a_valid_program_and_its_judging_alone(tmp_path: Path):
    async def body(evaluator: Evaluator):
        raw = await evaluator.output(Program.of(SEED))
        none = await evaluator.output(Program.of("def numbers(n, seed):\n    return [2] * n\n"))
        return raw, none, await evaluator.judge(raw), await evaluator.judge(b"\xff"), await evaluator.judge(b"[1,2]")

    raw, none, good, garbage, short = using(make_problem(tmp_path), body)
    assert raw == b"[0.25,0.25,0.25]"
    assert none is None
    assert (good.status, good.objective, good.measures) == (EvaluationStatus.VALID, 0.75, {"spread": 0.0})
    assert [stage.stage for stage in good.stages] == ["score"]
    assert garbage.status is short.status is EvaluationStatus.INVALID
    assert "UTF-8" in garbage.feedback


def test_a_large_output_is_judged_alone_within_its_cap(tmp_path: Path):
    async def body(evaluator: Evaluator):
        return await evaluator.judge(b"[" + b"1," * 5_000_000 + b"1]")

    found = using(make_problem(tmp_path), body)
    assert found.status is EvaluationStatus.INVALID
    assert "bytes" in found.feedback


def test_pictures(tmp_path: Path):
    draw = "def draw(output, params, path):\n    open(path, 'w').write(f'{output} {params}')\n"

    async def body(evaluator: Evaluator):
        return await evaluator.draw(Program.of("x = 1\n"), b"[1,0,0]", tmp_path / "best.png")

    assert not using(make_problem(tmp_path / "a"), body)
    assert using(make_problem(tmp_path / "b", picture_py=draw), body)
    assert (tmp_path / "best.png").read_text() == "[1, 0, 0] {'n': 3}"
    (tmp_path / "best.png").unlink()
    with pytest.raises(JudgeError, match="ZeroDivisionError"):
        using(make_problem(tmp_path / "c", picture_py="def draw(output, params, path):\n    1 / 0\n"), body)
    with pytest.raises(JudgeError, match="wrote no file"):
        using(make_problem(tmp_path / "d", picture_py="def draw(output, params, path):\n    pass\n"), body)


def test_near_limit_is_flagged(tmp_path: Path):
    text = "import time\n" + SEED.replace("    return", "    while time.process_time() < 0.35: pass\n    return")
    problem = make_problem(tmp_path, yaml=YAML.replace("[math, numpy]", "[time]"))
    (found,) = evaluate(problem, text)
    assert found.status is EvaluationStatus.VALID
    assert found.flags == ("near_limit",)


class Failing:
    """An executor on a machine that fails the first `times` tasks."""

    tier, workers = Tier.BASIC, 1

    def __init__(self, times: int) -> None:
        self.times, self.inner, self.asked = times, LocalExecutor(), 0

    async def run(self, task):
        self.asked += 1
        if self.asked <= self.times:
            return TaskResult(status=StageStatus.INFRA_ERROR, detail="no space left")
        return await self.inner.run(task)

    async def judge(self, question):
        return await self.inner.judge(question)

    async def close(self) -> None:
        await self.inner.close()


def test_one_failure_of_the_machine_is_repaired_and_two_are_raised(tmp_path: Path):
    problem = make_problem(tmp_path)
    executor = Failing(1)
    (found,) = evaluate(problem, SEED, executor=executor)
    assert found.status is EvaluationStatus.VALID
    assert executor.asked == 2
    with pytest.raises(InfraError, match="failed 2 times: no space left"):
        evaluate(problem, SEED, executor=Failing(2))


def test_a_judge_that_cannot_be_started_is_not_the_candidates_failure(tmp_path: Path, monkeypatch):
    def refuse(*args, **options):
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("evo.execute.judge_pool.start", refuse)
    with pytest.raises(InfraError, match="no judge process could be started"):
        evaluate(make_problem(tmp_path), SEED)


def test_cancelling_kills_and_leaves_nothing(tmp_path: Path):
    sleeper = Program.of("import time\ndef numbers(n, seed):\n    time.sleep(60)\n")
    problem = make_problem(tmp_path, yaml=YAML.replace("[math, numpy]", "[time]"))

    async def body(evaluator: Evaluator):
        running = asyncio.create_task(evaluator.evaluate(sleeper))
        await asyncio.sleep(0.6)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return await evaluator.evaluate(Program.of(SEED))

    fds = len(list(Path("/proc/self/fd").iterdir()))
    assert using(problem, body).status is EvaluationStatus.VALID
    assert not kernel.own_children()
    assert not [root for place in scratch.places() for root in place.glob(f"evo-{os.getpid()}-*")]
    assert len(list(Path("/proc/self/fd").iterdir())) <= fds


def test_closing_ends_what_is_being_judged(tmp_path: Path):
    judge = JUDGE.replace("    if any", "    __import__('time').sleep(60)\n    if any")

    async def body(evaluator: Evaluator):
        running = asyncio.create_task(evaluator.evaluate(Program.of(SEED)))
        await asyncio.sleep(0.6)
        await evaluator.close()
        with pytest.raises(InfraError, match="closed"):
            await running

    using(make_problem(tmp_path, judge=judge), body)
    assert not kernel.own_children()


def test_the_minimal_pipeline_needs_no_parsing(tmp_path: Path):
    (found,) = evaluate(make_problem(tmp_path), SEED, pipeline="minimal")
    assert found.status is EvaluationStatus.VALID
    assert found.measures == {"spread": 0.0}


def test_measures_of_problem_and_pipeline_may_not_clash(tmp_path: Path):
    problem = make_problem(tmp_path, yaml=YAML.replace("spread", "complexity"))

    async def main():
        with pytest.raises(SpecError, match="'complexity' is written twice"):
            Evaluator(problem=problem, graph=graph(), executor=Failing(0))

    asyncio.run(main())


def test_measures_are_told_with_their_ranges(tmp_path: Path):
    async def body(evaluator: Evaluator):
        return evaluator.measures

    told = using(make_problem(tmp_path), body)
    ranges = {name: (measure.low, measure.high) for name, measure in told.items()}
    assert ranges == {"spread": (0.0, 1.0), "code_length": (100.0, 20_000.0), "complexity": (1.0, 500.0)}


def test_a_single_file_of_another_name_is_the_entry_file(tmp_path: Path):
    async def body(evaluator: Evaluator):
        return await evaluator.evaluate(Program.of({"other.py": SEED}))

    assert using(make_problem(tmp_path), body).status is EvaluationStatus.VALID


def test_the_shipped_problem_scores_its_seeds():
    problem = load_problem(str(Path(__file__).parents[2] / "problems" / "circle_packing" / "26"))
    problem = dataclasses.replace(problem, seeds=problem.seeds[:1])
    (found,) = evaluate(problem, problem.seeds[0][1].text)
    assert found.status is EvaluationStatus.VALID, found.feedback
    assert set(found.measures) == {"radius_spread", "wall_share", "code_length", "complexity"}
