"""Faults of the machine, and what is left behind: nothing."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evo.errors import EvoError
from evo.execute import scratch
from evo.execute.inside import kernel
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Limits
from evo.records import StageStatus
from tests.contracts.executor_contract import CONTROL, IDLE, ExecutorContract, task

SLOW = "import time\ndef entry(n):\n    time.sleep(1.5)\n    return n\n"
FOR_EVER = "import time\ndef entry(n):\n    print('up', flush=True)\n    time.sleep(600)\n"
PATIENT = Limits(cpu_seconds=10.0, grace_seconds=60.0)


class TestLocal(ExecutorContract):
    def make(self, workers: int = 1) -> LocalExecutor:
        return LocalExecutor(workers=workers)


class TestLocalWithoutWalls(ExecutorContract):
    def make(self, workers: int = 1) -> LocalExecutor:
        return LocalExecutor(workers=workers, sandbox="none")

    def test_workers_bound_what_runs_and_do_not_change_results(self):
        """Not promised: endless loops wait for the wall here."""

    @pytest.mark.soak
    def test_the_end_of_a_program_that_is_called_is_a_verdict(self):
        """Its endless loop waits for the wall here, over a minute."""
        super().test_the_end_of_a_program_that_is_called_is_a_verdict()


def using(body, workers=1):
    return TestLocal().using(body, workers)


def living() -> set[int]:
    return set(kernel.own_children())


def roots() -> set[Path]:
    return {root for place in scratch.places() for root in place.glob(f"evo-{os.getpid()}-*")}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def until(condition, seconds=60.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGTERM])
def test_a_dead_zygote_costs_only_what_was_in_flight(sig):
    async def body(executor):
        (before,) = [await executor.run(task(CONTROL))]
        (zygote,) = living()
        running = asyncio.create_task(executor.run(task(FOR_EVER, limits=PATIENT)))
        await asyncio.sleep(0.2)
        os.kill(zygote, sig)
        lost = await running
        after = await executor.run(task(CONTROL))
        return before, lost, after

    before, lost, after = using(body)
    assert lost.status is StageStatus.INFRA_ERROR
    assert "gone" in lost.detail
    assert before.output == after.output == b'[3,"honest"]'
    assert not living()


def test_a_stopped_zygote_is_killed_after_a_grace(monkeypatch):
    monkeypatch.setattr("evo.execute.zygote_pool.GRACE_SECONDS", 0.3)

    async def body(executor):
        await executor.run(task(CONTROL))
        (zygote,) = living()
        os.kill(zygote, signal.SIGSTOP)
        lost = await executor.run(task(CONTROL, limits=IDLE))
        return lost, await executor.run(task(CONTROL))

    lost, after = using(body)
    assert lost.status is StageStatus.INFRA_ERROR
    assert after.status is StageStatus.SUCCESS


def test_a_candidate_killed_from_outside_is_run_once_more():
    async def body(executor):
        running = asyncio.create_task(executor.run(task(SLOW)))
        victims: list[int] = []

        def found():
            victims[:] = [pid for zygote in living() for pid in children_of(zygote)]
            return bool(victims)

        await until(found)
        await asyncio.sleep(0.1)
        os.kill(victims[0], signal.SIGKILL)
        return await running

    assert using(body).output == b"3"


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def test_two_hundred_candidates_leave_nothing():
    async def body(executor):
        await executor.run(task(CONTROL))
        before = descriptors(), living()
        programs = [CONTROL, "def entry(n):\n    raise ValueError\n", "import os\ndef entry(n):\n    os._exit(1)\n"]
        await asyncio.gather(*(executor.run(task(programs[i % 3])) for i in range(200)))
        (root,) = roots()
        return before, (descriptors(), living()), list(root.iterdir())

    fds = descriptors()
    before, after, folders = using(body, workers=4)
    assert before == after
    assert folders == []
    assert not living()
    assert not roots()
    # The event loop and a thread pool of the test itself have come and gone.
    assert descriptors() <= fds


def test_close_kills_what_runs():
    async def body(executor):
        running = [asyncio.create_task(executor.run(task(FOR_EVER, limits=PATIENT))) for _ in range(2)]
        await asyncio.sleep(0.3)
        await executor.close()
        return [(await each).status for each in running]

    assert using(body, workers=2) == [StageStatus.INFRA_ERROR] * 2
    assert not living()
    assert not roots()


def test_a_closed_executor_says_so():
    async def body(executor):
        await executor.close()
        with pytest.raises(EvoError, match="closed"):
            await executor.run(task(CONTROL))

    using(body)


def test_workers_below_one_are_refused():
    with pytest.raises(EvoError, match="expected at least 1"):
        LocalExecutor(workers=0)


def test_a_second_cancellation_leaves_no_process():
    async def body(executor):
        running = asyncio.create_task(executor.run(task(FOR_EVER, limits=PATIENT)))
        await asyncio.sleep(0.2)
        running.cancel()
        await asyncio.sleep(0)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        (zygote,) = living()
        await until(lambda: not children_of(zygote))

    using(body)
    assert not roots()


def test_each_import_set_has_its_zygote_and_few_are_kept(monkeypatch):
    monkeypatch.setattr("evo.execute.zygote_pool.MAX_ZYGOTES", 3)
    sets = [("math",), ("json",), ("heapq",), ("bisect",), ("fractions",), ("math",)]

    async def body(executor):
        for imports in sets:
            result = await executor.run(task(CONTROL, imports=imports))
            assert result.status is StageStatus.SUCCESS
        await until(lambda: len(living()) == 3)

    using(body)
    assert not living()


def test_imports_are_warm_and_missing_ones_are_the_candidates_error():
    text = "import sys\ndef entry(n):\n    warm = 'fractions' in sys.modules\n    import not_there_at_all\n"
    warm = "import sys\ndef entry(n):\n    return ['fractions' in sys.modules, 'numpy' in sys.modules]\n"

    async def body(executor):
        imports = ("fractions", "not_there_at_all")
        return [await executor.run(task(each, imports=imports)) for each in (text, warm)]

    missing, found = using(body)
    assert missing.status is StageStatus.FAILED
    assert "No module named 'not_there_at_all'" in missing.detail
    assert found.output == b"[true,false]"


def test_no_descriptors_left_is_not_the_candidates_failure(monkeypatch):
    def refuse():
        raise OSError(24, "Too many open files")

    async def body(executor):
        await executor.run(task(CONTROL))
        with monkeypatch.context() as patch:
            patch.setattr("evo.execute.watch.os.pipe", refuse)
            lost = await executor.run(task(CONTROL))
        return lost, await executor.run(task(CONTROL))

    lost, after = using(body)
    assert lost.status is StageStatus.INFRA_ERROR
    assert "Too many open files" in lost.detail
    assert after.status is StageStatus.SUCCESS


MAIN = """
import asyncio, sys
from evo.execute.local import LocalExecutor
from tests.execute.test_local import FOR_EVER, PATIENT
from tests.contracts.executor_contract import task

async def main():
    executor = LocalExecutor(workers=2)
    await asyncio.gather(*(executor.run(task(FOR_EVER, limits=PATIENT)) for _ in range(2)))

asyncio.run(main())
"""


def test_children_do_not_outlive_a_killed_main_process_and_the_next_start_cleans_up():
    main = subprocess.Popen([sys.executable, "-c", MAIN], cwd=Path(__file__).parents[2])
    try:
        end, family = time.monotonic() + 120, []
        while len(family) < 3 and time.monotonic() < end:
            zygotes = children_of(main.pid)
            family = [*zygotes, *(pid for zygote in zygotes for pid in children_of(zygote))]
            time.sleep(0.02)
        assert len(family) == 3
    finally:
        main.kill()
        main.wait()
    end = time.monotonic() + 30  # they die at once, where a processor is free to do it
    while any(alive(pid) for pid in family):
        assert time.monotonic() < end
        time.sleep(0.01)
    left = [root for place in scratch.places() for root in place.glob(f"evo-{main.pid}-*")]
    assert left
    scratch.remove_abandoned()
    assert not any(root.exists() for root in left)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}
