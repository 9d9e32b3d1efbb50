"""What a candidate costs: CPU milliseconds through the executor and the whole evaluation, beside a bare fork.

Run as `python benchmarks/sandbox.py [count]`. CPU is user + system time of this process and of every child, which is
nearly independent of what else the machine does; candidates per second are not: on two idle cores, 2 workers are to
reach 100 through the executor on every tier.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from evo.config.pipeline import load_pipeline
from evo.config.problem import load_problem
from evo.evaluate.evaluator import Evaluator
from evo.evaluate.graph import Graph
from evo.execute.executor import Command, Task
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Limits, Tier, offered
from evo.records import Program

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = "import numpy as np\n\n\ndef entry(n, seed=0):\n    return [float(x) for x in np.arange(n)]\n"

# Forks from a warm process of its own, since this one has more resident pages than a zygote.
BARE = """
import gc, json, os, sys, time, numpy
program, count = sys.argv[1], int(sys.argv[2])
gc.collect(); gc.freeze()
def once():
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        space = {}
        exec(compile(program, "program.py", "exec"), space)
        os.write(write, json.dumps(space["entry"](n=5)).encode())
        os._exit(0)
    os.close(write)
    os.read(read, 65536)
    os.close(read)
    return sum(os.wait4(pid, 0)[2][:2])
once()
start, child = time.process_time(), 0.0
for _ in range(count):
    child += once()
print(json.dumps([1000 * (time.process_time() - start) / count, 1000 * child / count]))
"""


# One step of a command, waited for as before there was a watch over it, or watched and asking at the gate.
STEP = """
import os, resource, socket, sys, time
from evo.execute.inside import gate, kernel, supervisor
count, watched, argv = int(sys.argv[1]), sys.argv[2] == "watched", sys.argv[3:]
kernel.adopt_orphans()
kernel.no_new_privileges()
asks = gate.GateFilter(os.uname().machine)
def once():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            if watched:
                socket.send_fds(theirs, [b"x"], [asks.install()])
            os.execvp(argv[0], argv)
        if not watched:
            os.waitpid(pid, 0)
            return
        _, fds, _, _ = socket.recv_fds(ours, 1, 1)
    supervisor.Supervisor(
        pid, gate.Gate(fds[0]), cpu_seconds=9.0, memory_bytes=1 << 30, hidden=None
    ).follow()
once()
used = lambda: sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
before = used()
for _ in range(count):
    once()
print(1000 * (used() - before) / count)
"""
STEPS = {
    "sh, no other process": ("sh", "-c", "echo 1"),
    "sh, ten processes": ("sh", "-c", "for i in 1 2 3 4 5; do true | true; done"),
}


def cpu_seconds() -> tuple[float, float]:
    """CPU of this process, and of all its children: the living by /proc, the dead by getrusage."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    dead = resource.getrusage(resource.RUSAGE_CHILDREN)
    ticks = 0
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    living = ticks / os.sysconf("SC_CLK_TCK")
    return own.ru_utime + own.ru_stime, dead.ru_utime + dead.ru_stime + living


async def cost(once: Callable[[], Awaitable[object]], count: int, together: int) -> tuple[float, float, float]:
    """Return CPU milliseconds here, in children, and wall milliseconds, each per run."""
    await asyncio.gather(*(once() for _ in range(together)))
    gate = asyncio.Semaphore(together)

    async def gated() -> None:
        async with gate:
            await once()

    own, children = cpu_seconds()
    start = time.perf_counter()
    await asyncio.gather(*(gated() for _ in range(count)))
    wall = time.perf_counter() - start
    own_after, children_after = cpu_seconds()
    return (1000 * (own_after - own) / count, 1000 * (children_after - children) / count, 1000 * wall / count)


def report(name: str, own: float, children: float, wall: float) -> None:
    rate = f"{1000 / wall:10.0f}" if wall else ""
    print(f"{name:34} {own + children:7.2f} {own:7.2f} {children:9.2f} {wall:7.2f} {rate}")


async def executor_cost(count: int, workers: int, sandbox: str) -> None:
    executor = LocalExecutor(workers=workers, sandbox=sandbox)
    task = Task(files={"program.py": PROGRAM}, entry="entry", kwargs={"n": 5}, imports=("numpy",))
    try:
        report(f"executor, {sandbox}, {workers} workers", *await cost(lambda: executor.run(task), count, workers))
    finally:
        await executor.close()


async def command_cost(count: int, sandbox: str) -> None:
    step = Command(run=("sh", "-c", "echo 1"), cpu_seconds=5, memory_mb=100, build_seconds=1, build_memory_mb=1)
    task = Task(files={"program.sh": ""}, command=step, limits=Limits(cpu_seconds=6, memory_mb=164))
    executor = LocalExecutor(workers=1, sandbox=sandbox)
    try:
        report(f"command, {sandbox}", *await cost(lambda: executor.run(task), count, 1))
    finally:
        await executor.close()


def watch_cost(count: int) -> None:
    """What watching over the tree of a command adds to it: the gate, the looks, the account."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    for name, argv in STEPS.items():
        found = {"waited for": [], "watched": []}
        # In turns, as the machine is never the same for long.
        for how in ["waited for", "watched"] * 5:
            script = [sys.executable, "-c", STEP, str(count // 5), how, *argv]
            done = subprocess.run(script, env=environment, capture_output=True, check=True)
            found[how].append(float(done.stdout))
        plain, watched = (sorted(each)[len(each) // 2] for each in found.values())
        print(f"{name:34} {plain:7.2f} waited for, {watched:.2f} watched: {watched - plain:+.2f}")


async def evaluation_cost(count: int, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        problem = load_problem(str(problem_in(Path(folder))))
        graph = Graph.of(load_pipeline(str(ROOT / "pipelines" / "default.yaml")))
        async with Evaluator(problem=problem, graph=graph, executor=LocalExecutor(workers=workers)) as evaluator:
            numbers = iter(range(10**9))

            async def once() -> None:
                found = await evaluator.evaluate(Program.of(f"{PROGRAM}# {next(numbers)}\n"))
                if found.objective != 5:
                    raise SystemExit(f"benchmark broken: {found}")

            report(f"whole evaluation, {workers} workers", *await cost(once, count, workers))


def problem_in(folder: Path) -> Path:
    yaml = "{name: bench, summary: bench, program: {entry: entry, imports: [numpy]}, objective: {direction: maximize}, "
    yaml += "params: {n: 5}}\n"
    judge = "def evaluate(output, params):\n    return {'objective': len(output)}\n"
    (folder / "seeds").mkdir()

    for name, text in {"problem.yaml": yaml, "evaluate.py": judge, "brief.md": "-", "seeds/a.py": PROGRAM}.items():
        (folder / name).write_text(text)
    return folder


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    print(f"{'ms per candidate':34} {'CPU':>7} {'main':>7} {'children':>9} {'wall':>7} {'per second':>10}")
    argv = [sys.executable, "-c", BARE, PROGRAM, str(count)]
    environment = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    parent, child = json.loads(subprocess.run(argv, env=environment, capture_output=True, check=True).stdout)
    report("bare fork + compile + run", 0.0, parent + child, 0.0)
    for workers in (1, 2, 4):
        asyncio.run(executor_cost(count, workers, "auto"))
    for tier in reversed(offered()):
        asyncio.run(executor_cost(count, 2, "none" if tier is Tier.NONE else f"required:{tier}"))
    for tier in [tier for tier in offered() if tier in {Tier.STRICT, Tier.STANDARD}]:
        asyncio.run(command_cost(count, f"required:{tier}"))
    watch_cost(count)
    for workers in (1, 2):
        asyncio.run(evaluation_cost(count, workers))


if __name__ == "__main__":
    main()
