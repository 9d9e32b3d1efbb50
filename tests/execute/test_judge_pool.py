import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evo.execute.executor import JudgeAnswer
from evo.execute.inside import kernel
from evo.execute.judge_pool import JudgePool
from tests.contracts.problems import make_problem

PARSE = {"op": "source_metrics", "files": {"p.py": "x = 1\n"}, "count": "tokens"}


def using(body, workers=1):
    async def main():
        judges = JudgePool(workers=workers)
        try:
            return await body(judges)
        finally:
            await judges.close()

    return asyncio.run(main())


def score(folder: Path, judge: str, **changes) -> dict:
    problem = make_problem(folder, judge=judge)
    return {"op": "score", "folder": str(problem.folder), "params": {}, "measures": [], **changes}


def test_starting_a_judge_imports_the_standard_library_only():
    code = "import sys, evo.evaluate.judge.main as j; print([m for m in sys.modules if m.partition('.')[0] not in "
    code += "sys.stdlib_module_names | {'evo', '__main__'} and not m.startswith(('_', 'sitecustom'))])"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_warm_process_answers_until_it_is_recycled(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("evo.execute.judge_pool.RECYCLE_AFTER", 3)

    async def body(judges: JudgePool):
        seen = []
        for _ in range(7):
            answer = await judges.ask(PARSE, cpu_seconds=1.0)
            assert answer.value == {"code_length": 3.0, "complexity": 1.0}
            seen.append(tuple(kernel.own_children()))
        return seen

    seen = using(body)
    assert seen[0] == seen[1] != seen[3] == seen[4] != seen[6]
    assert seen[2] == seen[5] == ()
    assert not kernel.own_children()


@pytest.mark.skipif(sys.platform != "linux", reason="memory can be closed on Linux alone")
@pytest.mark.skipif(os.getuid() == 0, reason="root sees everything")
def test_no_other_process_of_the_user_can_look_into_a_judge():
    async def body(judges: JudgePool):
        await judges.ask(PARSE, cpu_seconds=1.0)
        (pid,) = kernel.own_children()
        seen = await asyncio.to_thread(os.stat, f"/proc/{pid}/environ")
        return seen.st_uid

    # What is closed belongs to root, whoever runs it.
    assert using(body) == 0


def test_workers_bound_the_processes(tmp_path: Path):
    slow = score(
        tmp_path, "import time\ndef evaluate(output, params):\n    time.sleep(0.2)\n    return {'objective': 1}\n"
    )

    async def body(judges: JudgePool):
        asked = [asyncio.create_task(judges.ask(slow, b"1", cpu_seconds=1.0)) for _ in range(5)]
        running = 0
        while not all(each.done() for each in asked):
            running = max(running, len(kernel.own_children()))
            await asyncio.sleep(0.01)
        return running, [(await each).value["objective"] for each in asked]

    assert using(body, workers=2) == (2, [1.0] * 5)


def test_a_judge_killed_from_outside_is_replaced_and_asked_again():
    async def body(judges: JudgePool):
        await judges.ask(PARSE, cpu_seconds=1.0)
        (pid,) = kernel.own_children()
        os.kill(pid, signal.SIGKILL)
        return await judges.ask(PARSE, cpu_seconds=1.0)

    assert using(body).error == ""


def test_a_stopped_judge_is_killed_at_the_deadline():
    async def body(judges: JudgePool):
        await judges.ask(PARSE, cpu_seconds=1.0)
        (pid,) = kernel.own_children()
        os.kill(pid, signal.SIGSTOP)
        start = time.monotonic()
        late = await judges.ask(PARSE, cpu_seconds=-0.9)
        return late, time.monotonic() - start, await judges.ask(PARSE, cpu_seconds=1.0)

    late, seconds, after = using(body)
    assert "no answer within 0.5 s" in late.error
    assert seconds < 60, "a stopped judge never answers; half a second is what the machine may stretch"
    assert after.error == ""


def test_no_secret_reaches_a_judge_and_neither_does_the_main_process_die_of_its_exit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CANARY_KEY", "sk-canary")
    judge = "import os\ndef evaluate(output, params):\n    raise ValueError(sorted(os.environ))\n"

    async def body(judges: JudgePool):
        return await judges.ask(score(tmp_path, judge), b"1", cpu_seconds=1.0)

    answer: JudgeAnswer = using(body)
    assert "PYTHONHASHSEED" in answer.error
    assert "CANARY" not in answer.error


def test_a_traceback_names_the_problems_own_lines_without_its_folder(tmp_path: Path):
    async def body(judges: JudgePool):
        return await judges.ask(
            score(tmp_path, "def evaluate(output, params):\n    return 1 / 0\n"), b"1", cpu_seconds=1
        )

    error = using(body).error
    assert 'File "evaluate.py", line 2, in evaluate' in error
    assert str(tmp_path) not in error
    assert "judge.py" not in error


def test_a_cancelled_request_costs_its_process_only(tmp_path: Path):
    slow = score(tmp_path, "import time\ndef evaluate(output, params):\n    time.sleep(60)\n")

    async def body(judges: JudgePool):
        await judges.ask(PARSE, cpu_seconds=1.0)
        (before,) = kernel.own_children()
        asked = asyncio.create_task(judges.ask(slow, b"1", cpu_seconds=1.0))
        await asyncio.sleep(0.1)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        answer = await judges.ask(PARSE, cpu_seconds=1.0)
        return before, answer, kernel.own_children()

    before, answer, after = using(body)
    assert answer.error == ""
    assert before not in after
