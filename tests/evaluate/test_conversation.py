"""Judges that call the candidate: the conversation through real processes, honest and hostile."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from evo.config.document import parse
from evo.config.pipeline import load_pipeline, read_pipeline
from evo.config.problem import Problem
from evo.errors import JudgeError, SpecError
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.evaluate.judge import candidate
from evo.evaluate.stage_cache import lasting
from evo.evaluate.stages.stage import BY_WALL
from evo.execute.inside import kernel, wire
from evo.execute.local import LocalExecutor
from evo.judging import arrays
from evo.records import Evaluation, EvaluationStatus, Program, StageStatus
from tests.contracts.problems import make_problem

YAML = """
name: talk
summary: a function that the judge calls
program: {entry: f, imports: [math, numpy, os, time, sys, json, struct, resource], called_by: judge}
objective: {name: total, direction: maximize}
limits: {cpu_seconds: 0.4, memory_mb: 128, output_kb: 20, judge_seconds: 0.5}
params: {n: 3}
"""

JUDGE = """
from evo.judging import CandidateDied, Invalid, integer

def evaluate(candidate, params):
    total = sum(integer(candidate.call("f", i), "f", low=0, high=10**9) for i in range(params["n"]))
    return {"objective": total, "metrics": {"calls": candidate.usage.calls}}
"""
HONEST = "def f(n):\n    return n + 1\n"


def evaluate(folder: Path, *texts: str, judge: str = JUDGE, yaml: str = YAML) -> list[Evaluation]:
    """Evaluate programs one after another, each followed by an honest one that must be VALID under the usual judge."""
    problem = make_problem(folder, judge=judge, yaml=yaml)

    async def main() -> list[Evaluation]:
        executor = LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=Graph.of(load_pipeline("default")), executor=executor) as evaluator:
            found = []
            for text in texts:
                found.append(await evaluator.evaluate(Program.of(text)))
                if judge is JUDGE:
                    control = await evaluator.evaluate(Program.of(HONEST))
                    assert (control.status, control.objective) == (EvaluationStatus.VALID, 6.0)
            return found

    before = descriptors()
    found = asyncio.run(main())
    assert not kernel.own_children()
    # What an earlier test left to the collector may go meanwhile; nothing may come.
    assert descriptors() <= before
    return found


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def zygotes() -> list[int]:
    words = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in kernel.own_children()}
    return [pid for pid, text in words.items() if b"evo.execute.inside.zygote" in text]


def score_of(evaluation: Evaluation):
    return next(stage for stage in evaluation.stages if stage.stage == "score")


def test_the_judge_calls_the_program_and_its_use_is_measured_outside(tmp_path: Path):
    (found,) = evaluate(tmp_path, HONEST)
    assert (found.status, found.objective, found.metrics) == (EvaluationStatus.VALID, 6.0, {"calls": 3.0})
    assert score_of(found).cpu_seconds > 0
    assert score_of(found).max_rss_mb > 0
    assert "output" not in next(stage for stage in found.stages if stage.stage == "call").outputs


DOUBLE = (
    "import os, sys\ndef f(n):\n    if n == 0:\n        write = os.write\n"
    "        calls = sys._getframe(1).f_globals\n"
    "        calls['_write'] = lambda fd, data: write(fd, bytes(data) * 2) // 2\n    return 1\n"
)
VERDICTS = {
    "raises": ("def f(n):\n    return 1 // (2 - n)\n", StageStatus.FAILED, "line 2, in f"),
    "cannot be loaded": ("1 / 0\ndef f(n): pass\n", StageStatus.FAILED, "line 1, in <module>"),
    "has no such function": ("f = 3\n", StageStatus.FAILED, "expected a top-level function f"),
    "loops": ("def f(n):\n    while True: pass\n", StageStatus.TIMEOUT, "CPU seconds"),
    "takes memory": ("def f(n):\n    return len([0] * 10**9)\n", StageStatus.MEMORY, "128 MB"),
    "leaves": ("def f(n):\n    raise SystemExit(3)\n", StageStatus.EXIT, "SystemExit"),
    "leaves at once": ("import os\ndef f(n):\n    os._exit(3)\n", StageStatus.EXIT, "exit code 3"),
    "kills itself": ("import os\ndef f(n):\n    os.kill(os.getpid(), 9)\n", StageStatus.KILLED, "SIGKILL"),
    "crashes": ("import os\ndef f(n):\n    os.kill(os.getpid(), 11)\n", StageStatus.KILLED, "SIGSEGV"),
    "answers much": ("def f(n):\n    return [1] * 20_000\n", StageStatus.OUTPUT_LIMIT, "over the limit of 20 kB"),
    "returns no data": ("def f(n):\n    return f\n", StageStatus.INVALID_RESULT, "plain data"),
    "returns objects": (
        "import numpy as np\ndef f(n):\n    return np.array([f])\n",
        StageStatus.INVALID_RESULT,
        "plain data",
    ),
    "writes garbage": (
        "import os\ndef f(n):\n    os.write(3, b'x' * 99)\n    return 1\n",
        StageStatus.INVALID_RESULT,
        "no answer",
    ),
    "claims much": (
        "import os, struct\ndef f(n):\n    os.write(3, b'\\xff' * 17)\n    return 1\n",
        StageStatus.INVALID_RESULT,
        "no answer",
    ),
    "writes before it is asked": (
        "import os, struct\nos.write(3, struct.pack('!BQ', 1, 0) * 2)\ndef f(n): return 1\n",
        StageStatus.INVALID_RESULT,
        "before it was asked",
    ),
    "claims to be loaded": (
        "import os, struct\nos.write(3, struct.pack('!BQ', 1, 0))\ndef f(n): return 1\n",
        StageStatus.INVALID_RESULT,
        "",
    ),
    "answers twice": (
        DOUBLE,
        StageStatus.INVALID_RESULT,
        "",
    ),
    "says that the walls are missing": (
        "import os, struct\nos.write(3, struct.pack('!BQ', 6, 1) + b'x')\ndef f(n): return 1\n",
        StageStatus.INVALID_RESULT,
        "",
    ),
    "closes its end and runs on": (
        "import os, time\ndef f(n):\n    os.close(3)\n    time.sleep(60)\n",
        StageStatus.INVALID_RESULT,
        "ran on",
    ),
    "floods stdout": (
        "import os\ndef f(n):\n    while True: os.write(1, b'x' * 65536)\n",
        None,
        "",
    ),
}


def test_what_a_program_does_becomes_its_own_verdict_and_the_next_is_fine(tmp_path: Path):
    found = evaluate(tmp_path, *(text for text, _, _ in VERDICTS.values()))
    wrong = {
        name: (evaluation.status, score_of(evaluation).status, score_of(evaluation).detail)
        for (name, (_, status, words)), evaluation in zip(VERDICTS.items(), found, strict=True)
        if evaluation.status is not EvaluationStatus.FAILED
        or score_of(evaluation).status is not (status or score_of(evaluation).status)
        or words not in score_of(evaluation).detail
    }
    assert not wrong
    assert score_of(found[-1]).status in {StageStatus.OUTPUT_LIMIT, StageStatus.TIMEOUT}


def test_a_sleeper_meets_its_own_deadline_and_not_that_of_the_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The words say 5 times the CPU limit and a constant; the judge's share is for the judge."""
    monkeypatch.setattr("evo.execute.site.wall_seconds", lambda _: 10_000)
    yaml = YAML.replace("cpu_seconds: 0.4", "cpu_seconds: 0.02").replace("judge_seconds: 0.5", "judge_seconds: 0.02")
    start = time.monotonic()
    (found,) = evaluate(tmp_path, "import time\ndef f(n):\n    time.sleep(600)\n", judge=JUDGE + "\n", yaml=yaml)
    assert score_of(found).status is StageStatus.TIMEOUT
    assert score_of(found).detail == "not done after 5.1 s, most of them idle: it sleeps or waits"
    assert score_of(found).outputs == {BY_WALL: True}
    assert not lasting(score_of(found))
    assert time.monotonic() - start < 300, "it sleeps for 600 s, and its wall was 5.1 s"


def test_the_pipelines_own_parameters_and_limits_count(tmp_path: Path):
    stages = "{call: {use: call, params: {n: 5}}, score: {use: score, upstream: [call], limits: {judge_seconds: 0.25}}}"
    graph = Graph.of(read_pipeline(parse(f"stages: {stages}\n", "test.yaml"), "test"))
    problem = make_problem(tmp_path, judge=JUDGE, yaml=YAML)
    endless = "def evaluate(candidate, params):\n    while True: pass\n"
    broken = make_problem(tmp_path / "broken", judge=endless, yaml=YAML)

    async def once(asked: Problem) -> Evaluation:
        async with Evaluator(problem=asked, graph=graph, executor=LocalExecutor(workers=1)) as evaluator:
            return await evaluator.evaluate(Program.of(HONEST))

    assert asyncio.run(once(problem)).objective == 15.0
    assert "0.25 CPU seconds" in score_of(asyncio.run(once(broken))).detail


@pytest.mark.parametrize("value", ["float('nan')", "-1", "True", "2.0", "'1'", "None", "[1]", "10**400"])
def test_the_judge_refuses_what_is_not_asked_for(tmp_path: Path, value: str):
    (found,) = evaluate(tmp_path, f"def f(n):\n    return {value}\n")
    assert found.status is EvaluationStatus.INVALID


def test_arrays_travel_as_raw_buffers(tmp_path: Path):
    judge = """
    import numpy as np
    from evo.judging import Array, vector

    def evaluate(candidate, params):
        for dtype in ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"):
            for shape in ((), (0,), (3,), (2, 3), (2, 0, 1)):
                given = np.arange(1, 1 + int(np.prod(shape))).reshape(shape).astype(dtype)
                name, back = candidate.call("f", {"a": [given, 7]}, "same")
                if shape == ():
                    assert back == given.item() and type(back) is type(given.item())
                    continue
                assert type(back) is Array and back.dtype == given.dtype.str and back.shape == shape
                assert back.data == given.tobytes() and back.flat() == given.ravel().tolist()
                assert name == "ndarray"
        assert candidate.call("f", {"a": [Array(dtype="<f8", shape=(1,), data=bytes(8))]}, "write")[1].flat() == [1.0]
        assert vector(candidate.call("f", 0, "vector"), "v", count=2) == [0.5, 1.0]
        assert candidate.call("f", {"$array": 1, "b": 2}, "echo") == {"$array": 1, "b": 2}
        big = candidate.map("f", [(np.full(50_000, i), "first") for i in range(40)])
        assert big == list(range(40))
        return {"objective": 1.0}
    """
    program = """
import numpy as np
def f(given, what):
    if what == "vector":
        return np.array([0.5, 1.0])
    if what == "echo":
        return given
    if what == "first":
        return given[0]
    array = given["a"][0]
    if what == "write":
        array += 1
    return type(array).__name__, array
"""
    (found,) = evaluate(tmp_path, program, judge=judge)
    assert (found.status, found.feedback) == (EvaluationStatus.VALID, ""), found


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"$array":["<f8",[2]]}', "fewer bytes"),
        ('{"$array":["<f8",[-1]]}', "lengths"),
        ('{"$array":["<f8",[true]]}', "lengths"),
        ('{"$array":["<f8",[99999999999999999999]]}', "lengths"),
        ('{"$array":["O",[1]]}', "dtype"),
        ('{"$array":[["O"],[1]]}', "dtype"),
        ('{"$array":["<f8",1]}', "shape"),
        ('{"$array":1}', "dtype and shape"),
        ('{"$array":["|b1",[8]]}', "booleans"),
        ("1", "no array"),
    ],
)
def test_broken_arrays_are_the_candidates_failure(tmp_path: Path, text: str, reason: str):
    program = (
        "import sys\n"
        "def f(n):\n"
        "    calls = sys._getframe(1).f_globals\n"
        f"    calls['_packed'] = lambda value, packed: (packed.append(b'\\x07' * 8), (1, {text.encode()!r}))[1]\n"
    )
    (found,) = evaluate(tmp_path, program, judge=JUDGE + "\n")
    assert score_of(found).status is StageStatus.INVALID_RESULT
    assert reason in score_of(found).detail


def test_maps_keep_their_order_and_state_lasts_until_a_restart(tmp_path: Path):
    judge = """
    from evo.judging import CandidateDied

    def evaluate(candidate, params):
        assert candidate.map("f", [(i,) for i in range(3000)]) == [[i, i + 1] for i in range(3000)]
        assert candidate.map("f", []) == []
        assert candidate.call("f", 7) == [7, 3001]
        candidate.restart()
        assert candidate.call("f", 7) == [7, 1]
        try:
            candidate.call("f", -1)
        except CandidateDied as death:
            assert "ValueError: negative" in death.reason
        else:
            raise AssertionError
        try:
            candidate.call("f", 1)
        except CandidateDied as death:
            assert "ValueError: negative" in death.reason
        candidate.restart()
        assert candidate.call("f", 8) == [8, 1]
        usage = candidate.usage
        assert (usage.calls, usage.restarts) == (3004, 2), usage
        assert usage.seconds > 0 and usage.sent_bytes > 3000 and usage.received_bytes > 3000
        return {"objective": usage.calls}
    """
    program = (
        "count = 0\n"
        "def f(n):\n"
        "    global count\n"
        "    if n < 0: raise ValueError('negative')\n"
        "    count += 1\n"
        "    return [n, count]\n"
    )
    (found,) = evaluate(tmp_path, program, judge=judge)
    assert (found.status, found.feedback) == (EvaluationStatus.VALID, "")


def test_the_cpu_limit_holds_for_all_processes_of_an_evaluation_together(tmp_path: Path):
    judge = """
    def evaluate(candidate, params):
        for _ in range(50):
            candidate.call("f", 0)
            candidate.restart()
        return {"objective": 1}
    """
    program = "import time\ndef f(n):\n    end = time.process_time() + 0.05\n    while time.process_time() < end: n\n"
    (found,) = evaluate(tmp_path, program, judge=judge)
    assert score_of(found).status is StageStatus.TIMEOUT
    assert score_of(found).cpu_seconds < 1.5


def test_a_program_that_uses_much_of_its_limit_is_flagged(tmp_path: Path):
    slow = "import time\nend = time.process_time() + 0.24\nwhile time.process_time() < end: pass\n" + HONEST
    found = evaluate(tmp_path, slow, HONEST, judge=JUDGE + "\n")
    assert [each.flags for each in found] == [("near_limit",), ()]


def test_faults_of_the_judge_are_never_the_candidates(tmp_path: Path):
    judges = {
        "def evaluate(candidate, params):\n    return {'objective': candidate.call('f', object())}\n": "TypeError",
        "def evaluate(candidate, params):\n    while True: candidate.call('f', 1)\n": "CPU seconds",
        "def evaluate(candidate, params):\n    return 3\n": "expected a dict",
        "from evo.judging import CandidateDied\n"
        "def evaluate(candidate, params):\n    raise CandidateDied('no')\n": "CandidateDied",
        "import os\ndef evaluate(candidate, params):\n    candidate.call('f', 1)\n    os._exit(3)\n": "exit code 3",
        "def evaluate(candidate, params):\n    while True: candidate.restart()\n": "",
    }
    yaml = YAML.replace("cpu_seconds: 0.4", "cpu_seconds: 4").replace("judge_seconds: 0.5", "judge_seconds: 0.2")
    for number, (judge, words) in enumerate(judges.items()):
        (found,) = evaluate(tmp_path / str(number), HONEST, judge=judge, yaml=yaml)
        assert score_of(found).status is StageStatus.JUDGE_ERROR, judge
        assert words in score_of(found).detail


def test_what_it_sends_after_its_last_answer_is_found(tmp_path: Path):
    judge = """
    import time
    def evaluate(candidate, params):
        candidate.call("f", 1)
        time.sleep(1.5)
        return {"objective": 1}
    """
    program = (
        "import os, sys\n"
        "def f(n):\n"
        "    calls = sys._getframe(1).f_globals\n"
        "    write = os.write\n"
        "    def twice(fd, data):\n"
        "        write(fd, data)\n"
        "        import time; time.sleep(0.05)\n"
        "        write(fd, b'more')\n"
        "        return len(data)\n"
        "    calls['_write'] = twice\n"
        "    return 1\n"
    )
    (found,) = evaluate(tmp_path, program, judge=judge)
    assert score_of(found).status is StageStatus.INVALID_RESULT


def test_there_is_no_raw_output_to_judge_or_keep(tmp_path: Path):
    problem = make_problem(tmp_path, judge=JUDGE, yaml=YAML)

    async def main():
        graph, executor = Graph.of(load_pipeline("minimal")), LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            evaluation, raw = await evaluator.again(Program.of(HONEST))
            with pytest.raises(SpecError, match="give a program"):
                await evaluator.judge(b"1")
            return evaluation.objective, raw

    assert asyncio.run(main()) == (6.0, None)


def test_the_picture_of_a_program_is_drawn_by_calling_it(tmp_path: Path):
    draw = "def draw(candidate, params, path):\n    open(path, 'w').write(str(candidate.call('f', params['n'])))\n"
    problem = make_problem(tmp_path, judge=JUDGE, yaml=YAML, picture_py=draw)

    async def main():
        graph, executor = Graph.of(load_pipeline("minimal")), LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            drawn = await evaluator.draw(Program.of(HONEST), None, tmp_path / "best.png")
            with pytest.raises(JudgeError, match=r"(?s)ended while it was drawn: FAILED .*ZeroDivisionError"):
                await evaluator.draw(Program.of("def f(n):\n    return n / 0\n"), None, tmp_path / "other.png")
            return drawn

    assert asyncio.run(main())
    assert (tmp_path / "best.png").read_text() == "4"


def test_cancelling_kills_the_candidate_and_frees_its_worker(tmp_path: Path):
    problem = make_problem(tmp_path, judge=JUDGE, yaml=YAML)

    async def main():
        graph, executor = Graph.of(load_pipeline("minimal")), LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            asleep = Program.of("import time\ndef f(n):\n    time.sleep(60)\n")
            task = asyncio.create_task(evaluator.evaluate(asleep))
            await asyncio.sleep(0.6)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return (await evaluator.evaluate(Program.of(HONEST))).objective

    assert asyncio.run(main()) == 6.0
    assert not kernel.own_children()


def test_a_judge_killed_in_the_middle_is_replaced_with_a_fresh_candidate(tmp_path: Path):
    marker = tmp_path / "once"
    judge = f"""
    import os, signal
    from pathlib import Path
    def evaluate(candidate, params):
        value = candidate.call("f", 1)
        if not Path({str(marker)!r}).exists():
            Path({str(marker)!r}).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return {{"objective": value}}
    """
    program = "count = 0\ndef f(n):\n    global count\n    count += n\n    return count\n"
    (found,) = evaluate(tmp_path, program, judge=judge)
    assert found.objective == 1.0


def test_a_zygote_killed_in_the_middle_is_the_machines_failure_and_tried_again(tmp_path: Path):
    problem = make_problem(tmp_path, judge=JUDGE, yaml=YAML)
    slow = Program.of("import time\ndef f(n):\n    time.sleep(0.3)\n    return n + 1\n")

    async def main():
        graph, executor = Graph.of(load_pipeline("minimal")), LocalExecutor(workers=1)
        async with Evaluator(problem=problem, graph=graph, executor=executor) as evaluator:
            await evaluator.evaluate(Program.of(HONEST))
            task = asyncio.create_task(evaluator.evaluate(slow))
            await asyncio.sleep(0.4)
            for pid in zygotes():
                os.kill(pid, signal.SIGKILL)
            return (await task).objective

    assert asyncio.run(main()) == 6.0
    assert not kernel.own_children()


def test_both_sides_know_the_same_dtypes():
    assert tuple(arrays.CODES) == wire.DTYPES
    assert candidate.MAX_QUESTION_BYTES <= 8_000_000


MEASURED = """
def evaluate(candidate, params):
    before = candidate.usage
    candidate.call("f", 200000)
    once = candidate.usage.cpu_seconds - before.cpu_seconds
    candidate.restart()
    candidate.call("f", 200000)
    whole = candidate.usage
    pinned = candidate.pin(min(__import__("os").sched_getaffinity(0)))
    candidate.reference.restart()
    other = candidate.reference.call("f", 1)
    return {
        "objective": other,
        "error": 0.25,
        "metrics": {
            "once": once, "whole": whole.cpu_seconds, "pinned": int(pinned),
            "counted": int(whole.instructions is not None), "said": int(bool(whole.uncounted)),
            "apart": candidate.usage.calls + candidate.reference.usage.calls,
        },
    }
"""
BUSY = "def f(n):\n    return sum(i * i for i in range(n))\n"


def test_a_judge_sees_what_programs_use_and_what_they_are_measured_against(tmp_path: Path):
    yaml = YAML.replace("called_by: judge", "called_by: judge, reference: other.py")
    (tmp_path / "other.py").write_text("def f(n):\n    return 40 + n\n")
    found, slow, dead = evaluate(tmp_path, BUSY, HONEST, "1 / 0\n", judge=MEASURED, yaml=yaml)
    assert (found.status, found.objective, found.error) == (EvaluationStatus.VALID, 41.0, 0.25)
    used = found.metrics
    assert 0.001 < used["once"] < used["whole"]
    assert used["counted"] != used["said"]
    assert (used["pinned"], used["apart"]) == (1.0, 3.0)
    assert slow.status is EvaluationStatus.VALID
    assert dead.status is EvaluationStatus.FAILED
    assert not found.stages[-1].detail


@pytest.mark.parametrize("text", ["1 / 0\n", "def f(n):\n    raise ValueError('broken')\n"])
def test_a_broken_reference_is_the_problems_fault(tmp_path: Path, text: str):
    yaml = YAML.replace("called_by: judge", "called_by: judge, reference: other.py")
    (tmp_path / "other.py").write_text(text)
    (found,) = evaluate(tmp_path, BUSY, judge=MEASURED, yaml=yaml)
    assert score_of(found).status is StageStatus.JUDGE_ERROR
    assert "measured against" in score_of(found).detail or "broken" in score_of(found).detail


RUNS = """
from evo.judging import integer

def evaluate(candidate, params):
    values = [integer(candidate.run({"n": n}), "n", low=0, high=10**9) for n in range(params["n"])]
    return {"objective": sum(values), "metrics": {"cpu": candidate.usage.cpu_seconds, "calls": candidate.usage.calls}}
"""
STEPS = "stages: {command: {use: command, build: [cp, program.sh, made], argv: [sh, made]}, score: {use: score}}"
STEPS = STEPS.replace("{use: score}", "{use: score, upstream: [command]}")


def test_a_judge_runs_a_command_as_often_as_it_likes(tmp_path: Path):
    yaml = YAML.replace("entry: f,", "entry: main, file: program.sh,").replace("name: talk", "name: talk\nlanguage: sh")
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.sh").write_text("cat\n")
    problem = make_problem(tmp_path, judge=RUNS, yaml=yaml)
    graph = Graph.of(read_pipeline(parse(STEPS, "steps.yaml"), "steps"))
    texts = {
        "awk -F'[:}]' '{print $2 + 40}'\n": ("VALID", ""),
        "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done; echo 1\n": ("VALID", ""),
        "exit 3\n": ("FAILED", "exit code 3"),
        "echo so; echo what\n": ("INVALID", ""),
        "echo 1.5\n": ("INVALID", "n"),
        "while :; do :; done\n": ("FAILED", "CPU seconds"),
    }

    async def main() -> list[Evaluation]:
        async with Evaluator(problem=problem, graph=graph, executor=LocalExecutor(workers=1)) as evaluator:
            return [await evaluator.evaluate(Program.of({"program.sh": each}, language="sh")) for each in texts]

    found = asyncio.run(main())
    for evaluation, (status, words) in zip(found, texts.values(), strict=True):
        assert str(evaluation.status) == status, evaluation.feedback
        assert words in evaluation.feedback
    assert found[0].objective == 123.0
    assert found[0].metrics["calls"] == 3.0
    assert found[1].metrics["cpu"] > found[0].metrics["cpu"] > 0
