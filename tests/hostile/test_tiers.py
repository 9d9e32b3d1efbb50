"""The same tasks on every tier this machine offers: equal results, and nothing that grows with their number."""

import asyncio
import contextlib
import gc
import inspect
import os
import resource
import signal
import time
from pathlib import Path

import pytest

from evo.execute import scratch, usage
from evo.execute.doctor import examine
from evo.execute.inside import kernel
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Tier, offered
from evo.execute.walls import STOPS
from evo.records import StageStatus
from tests.contracts.executor_contract import CONTROL, ExecutorContract, task

TIERS = [tier for tier in offered() if tier is not Tier.NONE]
PROGRAMS = {
    "honest": CONTROL,
    "numbers": "import numpy as np\ndef entry(n):\n    return np.random.rand(n).tolist() + [hash('x')]\n",
    "raises": "def entry(n):\n    return 1 / 0\n",
    "memory": "def entry(n):\n    return len(bytearray(10 ** 10))\n",
    "loop": "def entry(n):\n    while True: pass\n",
    "large result": "def entry(n):\n    return 'x' * 200_000\n",
    "set": "def entry(n):\n    return {1}\n",
    "path": "import os\ndef entry(n):\n    raise ValueError(os.getcwd(), os.listdir())\n",
    "exit": "import os\ndef entry(n):\n    os._exit(3)\n",
    "file": "def entry(n):\n    open('f', 'w').write('x' * 1000)\n    return open('f').read()[:3]\n",
    "temporary": "import tempfile as t\ndef entry(n):\n    with t.TemporaryFile() as f: return f.write(b'x')\n",
}


def wish(tier: Tier) -> str:
    return f"required:{tier}"


@pytest.mark.parametrize("tier", TIERS)
class TestContract:
    """The contract of every executor, on each tier."""

    @pytest.mark.parametrize("name", [name for name in dir(ExecutorContract) if name.startswith("test_")])
    def test(self, tier: Tier, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
        class On(ExecutorContract):
            def make(self, workers: int = 1) -> LocalExecutor:
                return LocalExecutor(workers=workers, sandbox=wish(tier))

        method = getattr(On(), name)
        given = {"monkeypatch": monkeypatch, "tmp_path": tmp_path}
        method(**{name: given[name] for name in inspect.signature(method).parameters})


def results(tier: Tier, workers: int) -> list[tuple]:
    async def main():
        executor = LocalExecutor(workers=workers, sandbox=wish(tier))
        try:
            return await asyncio.gather(*(executor.run(task(text, imports=("numpy",))) for text in PROGRAMS.values()))
        finally:
            await executor.close()

    return [(name, r.status, r.output, r.detail) for name, r in zip(PROGRAMS, asyncio.run(main()), strict=True)]


def test_neither_the_tier_nor_the_workers_change_a_result():
    first, *others = [results(tier, workers) for tier in TIERS for workers in (1, 4)]
    for other in others:
        assert other == first


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def resident_of(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.timeout(1200)])])
def test_many_evaluations_leave_memory_descriptors_processes_and_scratch_as_they_were(tier: Tier, count: int):
    programs = [
        CONTROL,
        CONTROL,
        "def entry(n):\n    raise ValueError\n",
        "import os\ndef entry(n):\n    os._exit(1)\n",
    ]

    async def main():
        executor = LocalExecutor(workers=4, sandbox=wish(tier))

        async def some(first: int, last: int) -> None:
            await asyncio.gather(*(executor.run(task(programs[i % 4])) for i in range(first, last)))

        def state() -> tuple:
            (root,) = (root for place in scratch.places() for root in place.glob(f"evo-{os.getpid()}-*"))
            zygotes = kernel.own_children()
            families = [Path(f"/proc/{pid}/task/{pid}/children").read_text() for pid in zygotes]
            opened = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in ("self", *zygotes)]
            return zygotes, families, opened, list(root.iterdir())

        try:
            await some(0, 60)
            gc.collect()
            before, memory = state(), [resident_mb(), *map(resident_of, kernel.own_children())]
            for start in range(0, count, 100):
                await some(start, start + 100)
            gc.collect()
            return before, state(), memory, [resident_mb(), *map(resident_of, kernel.own_children())]
        finally:
            await executor.close()

    before, after, memory, grown = asyncio.run(main())
    assert after == before
    assert all(now - then < 50 for then, now in zip(memory, grown, strict=True)), (memory, grown)


def test_a_running_process_is_measured_from_outside(tmp_path: Path):
    pid = os.fork()
    if pid == 0:
        signal.alarm(120)
        while True:
            pass
    try:
        seen = None
        end = time.monotonic() + 100
        while seen is None and time.monotonic() < end:
            time.sleep(0.02)
            seen = usage.excess(pid, scratch=str(tmp_path), cpu_seconds=0.1, file_mb=1)
        assert seen is usage.Excess.CPU
        assert usage.excess(pid, scratch=str(tmp_path), cpu_seconds=100, file_mb=1) is None
        (tmp_path / "big").write_bytes(bytes(3 << 20))
        assert usage.excess(pid, scratch=str(tmp_path), cpu_seconds=100, file_mb=1) is usage.Excess.FILES
        (tmp_path / "big").unlink()
        (tmp_path / "/".join("d" * 40)).mkdir(parents=True)
        assert usage.excess(pid, scratch=str(tmp_path), cpu_seconds=100, file_mb=1) is usage.Excess.FILES
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert usage.excess(pid, scratch=str(tmp_path), cpu_seconds=100, file_mb=1) is None


def test_the_doctor_names_every_wall_and_the_tier_in_force():
    report = examine()
    assert report.tier is offered()[0]
    assert [wall.name for wall in report.walls] == list(STOPS)
    assert (report.advice == ()) == (Tier.STRICT in offered())
    data = report.to_json()
    assert data["tier"] == report.tier
    assert {"kernel", "landlock", "user_namespaces"} <= set(data["machine"])


@pytest.mark.parametrize(
    ("fallen", "words"),
    [
        (("own users", "own files", "no interfaces"), "user namespaces are closed"),
        (("files unread",), "failed their test: files unread"),
    ],
)
def test_the_doctor_says_what_would_raise_the_tier(
    monkeypatch: pytest.MonkeyPatch, fallen: tuple[str, ...], words: str
):
    standing = {name: name not in fallen for name in STOPS}
    monkeypatch.setattr("evo.execute.sandbox.walls", lambda: standing)
    report = examine()
    assert report.tier is not Tier.STRICT
    assert words in " ".join(report.advice)
    assert [wall.name for wall in report.walls if not wall.stands] == [name for name in STOPS if name in fallen]


def until(found, seconds: float):
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return value


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


@pytest.mark.parametrize("tier", TIERS)
def test_a_candidate_dies_with_its_zygote_on_every_tier(tier: Tier):
    """The wish to die with the parent survives the walls."""
    text = "import time\ndef entry(n):\n    time.sleep(600)\n"

    def strike() -> None:
        (zygote,) = until(kernel.own_children, 120)
        (child,) = until(lambda: children_of(zygote), 120)
        time.sleep(0.1)
        os.kill(zygote, signal.SIGKILL)
        until(lambda: gone(child), 30)

    async def main() -> StageStatus:
        executor = LocalExecutor(workers=1, sandbox=wish(tier))
        try:
            result, _ = await asyncio.gather(executor.run(task(text)), asyncio.to_thread(strike))
            return result.status
        finally:
            await executor.close()

    assert asyncio.run(main()) is StageStatus.INFRA_ERROR


@pytest.mark.parametrize("kills", [6, pytest.param(30, marks=[pytest.mark.soak])])
def test_processes_killed_during_a_run_cost_only_what_was_in_flight(kills: int):
    """Zygotes and candidates in turn; whoever runs tasks repeats what the machine lost."""
    text = "import time\ndef entry(n):\n    time.sleep(0.05)\n    return n\n"
    workers, done = 4, []

    def strike() -> None:
        for turn in range(kills):
            time.sleep(0.1)
            victims = zygotes = kernel.own_children()
            if turn % 2:
                victims = [child for zygote in zygotes for child in children_of(zygote)]
            for pid in victims[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        done.append(True)

    async def main() -> tuple[int, int, set]:
        executor = LocalExecutor(workers=workers)
        asked = lost = 0
        outputs = set()

        async def lane() -> None:
            nonlocal asked, lost
            while not done or asked < 50:
                asked += 1
                result = await executor.run(task(text, kwargs={"n": asked}))
                while result.status in (StageStatus.INFRA_ERROR, StageStatus.KILLED):
                    lost += 1
                    result = await executor.run(task(text, kwargs={"n": asked}))
                outputs.add(result.status)

        try:
            await asyncio.gather(asyncio.to_thread(strike), *(lane() for _ in range(workers)))
            return asked, lost, outputs
        finally:
            await executor.close()

    asked, lost, outputs = asyncio.run(main())
    assert outputs == {StageStatus.SUCCESS}
    assert asked >= 50
    assert 0 < lost <= kills * workers
    assert kernel.own_children() == []
