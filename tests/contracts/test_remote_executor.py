"""The seam is remote-able: the whole contract over a socket, and what becomes of a lost far end."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from evo.config.pipeline import load_pipeline
from evo.errors import InfraError
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.inside import kernel
from evo.execute.sandbox import Limits
from evo.records import EvaluationStatus, Program, StageStatus
from tests.contracts.executor_contract import CONTROL, SLEEPER, ExecutorContract, conduct, score, task
from tests.contracts.problems import SEED, make_problem
from tests.contracts.remote_executor import RemoteExecutor

CALLING = "def evaluate(candidate, params):\n    candidate.call('entry', 1)\n"
SLEEPING = "import time\ndef evaluate(output, params):\n    time.sleep(60)\n"


PATIENT = Limits(cpu_seconds=10.0, grace_seconds=60.0)


class TestRemote(ExecutorContract):
    async def make(self, workers: int = 1) -> RemoteExecutor:
        return await RemoteExecutor.connect(workers=workers)


def family(pid: int) -> list[int]:
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [each for child in children for each in (child, *family(child))]


def living(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def grown(executor: RemoteExecutor, count: int, seconds: float = 60.0) -> list[int]:
    """Wait until so many processes live there, and return them."""
    end = time.monotonic() + seconds
    while len(found := family(executor.process.pid)) < count:
        assert time.monotonic() < end, found
        await asyncio.sleep(0.02)
    return found


async def gone(pids: list[int], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while left := living(pids):
        assert time.monotonic() < end, left
        await asyncio.sleep(0.02)


def test_cancelling_kills_the_far_work(tmp_path: Path):
    async def body(executor):
        await executor.run(task(CONTROL))
        before = family(executor.process.pid)
        sleeper = task(SLEEPER, limits=PATIENT)
        running = asyncio.create_task(executor.converse(sleeper, conduct(tmp_path, CALLING)))
        work = set(await grown(executor, len(before) + 2)) - set(before)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        # The judge is warm, or replaced; the candidate is gone before the cancellation is over.
        assert len(living(list(work))) < 2
        assert (await executor.run(task(CONTROL))).output == b'[3,"honest"]'

    TestRemote().using(body)


def test_a_lost_far_end_is_the_machines_failure_for_all_that_ran_and_all_that_follows(tmp_path: Path):
    async def body(executor):
        running = [
            asyncio.create_task(each)
            for each in (
                executor.run(task(SLEEPER, limits=PATIENT)),
                executor.judge(score(tmp_path / "a", SLEEPING)),
                executor.converse(task(SLEEPER, limits=PATIENT), conduct(tmp_path / "b", CALLING)),
            )
        ]
        left = await grown(executor, 5)
        os.kill(executor.process.pid, signal.SIGKILL)
        found = await asyncio.gather(*running, return_exceptions=True)
        # Nothing of what ran there outlives it.
        await gone(left)
        return found, await executor.run(task(CONTROL))

    (ran, judged, conversed), after = TestRemote().using(body, workers=2)
    assert (ran.status, after.status) == (StageStatus.INFRA_ERROR, StageStatus.INFRA_ERROR)
    assert isinstance(judged, InfraError)
    assert isinstance(conversed, InfraError)
    assert "far site is gone" in ran.detail


def test_closing_ends_everything_there(tmp_path: Path):
    async def main():
        executor = await RemoteExecutor.connect(workers=2)
        running = asyncio.create_task(executor.run(task(SLEEPER, limits=PATIENT)))
        asked = asyncio.create_task(executor.judge(score(tmp_path, SLEEPING)))
        left = await grown(executor, 3)
        await executor.close()
        found = await asyncio.gather(running, asked, return_exceptions=True)
        assert [isinstance(each, InfraError) for each in found] == [True, True]
        return left

    assert not living(asyncio.run(main()))
    assert not kernel.own_children()


def test_the_judges_code_is_sent_there_and_not_read_here(tmp_path: Path):
    async def body(executor):
        text = "def evaluate(output, params):\n    return {'objective': 1, 'feedback': __file__}\n"
        answer = await executor.judge(score(tmp_path, text))
        (tmp_path / "evaluate.py").unlink()
        return answer, await executor.judge(score_again)

    score_again = score(tmp_path, "def evaluate(output, params):\n    return {'objective': 1, 'feedback': __file__}\n")
    for answer in TestRemote().using(body):
        assert answer.value["objective"] == 1.0
        assert str(tmp_path) not in answer.value["feedback"]


def test_whole_pipelines_run_over_it(tmp_path: Path):
    async def main():
        executor = await RemoteExecutor.connect()
        problem = make_problem(tmp_path)
        async with Evaluator(problem=problem, graph=Graph.of(load_pipeline("default")), executor=executor) as evaluator:
            return await evaluator.evaluate(Program.of(SEED))

    found = asyncio.run(main())
    assert (found.status, found.objective) == (EvaluationStatus.VALID, 0.75), found.feedback
