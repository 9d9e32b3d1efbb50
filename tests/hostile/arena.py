"""Runs the whole corpus against one executor in a process of its own and prints what did not hold, as JSON.

Called as `python arena.py TIER WORKERS`, by any user. Every attack is followed by an honest control in the same
executor. A canary stands in the environment of this process, in a file, and behind a listening port.
"""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from evo.config.resources import shipped
from evo.execute import scratch
from evo.execute.executor import Command, Task, TaskResult
from evo.execute.inside import kernel
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Limits
from evo.judging.decode import decode
from evo.judging.invalid import Invalid

CORPUS = Path(__file__).parent / "corpus"
# The wall is far from the limit in CPU seconds, so that a busy machine changes no verdict; who sleeps meets a near one.
LIMITS = Limits(cpu_seconds=0.3, memory_mb=128, output_kb=100, stream_mb=2, file_mb=8, grace_seconds=60.0)
IDLE = replace(LIMITS, grace_seconds=0.2)
STEPS = replace(LIMITS, cpu_seconds=1.3, memory_mb=192, open_files=256)
CONTROL = """
import json, math, threading
import numpy as np
def entry(n, outside, port):
    with open("own", "w") as file:
        file.write("kept")
    seen = []
    thread = threading.Thread(target=lambda: seen.append(open("own").read()))
    thread.start()
    thread.join()
    return [n, float(np.arange(n).sum()), seen[0], json.loads("[1]"), math.pi]
"""
HONEST = b'[3,3.0,"kept",[1],3.141592653589793]'
ESCAPED = "ESCAPED"
NAMES = {
    "a file where another needs a folder": ("a", "a/b"),
    "the entry as a folder": ("program.py/x.py",),
    "case alone": ("Notes.txt", "notes.txt"),
    "300 letters": ("n" * 300,),
    "a path of 5000 letters": ("/".join(["n" * 99] * 50),),
    "100 folders deep": ("d/" * 100 + "x",),
    "5000 files": tuple(f"f{n}" for n in range(5000)),
    "files in 900 folders": tuple(f"d{n}/f" for n in range(900)),
    "outside": ("../escaped", "/tmp/evo-hostile-names"),
    "no name": ("", ".", "a//b"),
    "bytes that no path has": ("a\0b", "\ud800"),
}
"""Files beside an honest program's that no directory takes, or none should."""
SHARED = ("/tmp", "/var/tmp", "/dev/shm", "/run")
SLACK_CPU_SECONDS = 10.0
"""How far over its limit a program may come before its watcher has a turn on a busy machine. What is on nobody's
account burns more than this before it says that it escaped."""
SLACK_SECONDS = 30.0
"""How late a verdict may come where the machine is busy: attacks that outlive their wall outlive this by far."""


@dataclass(frozen=True, kw_only=True)
class Attack:
    kind: str
    name: str
    text: str
    accept: tuple[str, ...]
    score: float | str | None = None
    idle: bool = False
    names: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()
    """Of a command; without one the program's entry is called."""

    @property
    def limits(self) -> Limits:
        return IDLE if self.idle else LIMITS


def corpus() -> list[Attack]:
    found = []
    for path in sorted(CORPUS.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            accept, argv = tuple(entry.pop("accept")), tuple(map(in_place, entry.pop("argv", ())))
            text = in_place(entry.pop("text"))
            found.append(Attack(kind=path.stem, accept=accept, argv=argv, text=text, **entry))
    named = [Attack(kind="names", name=name, text=CONTROL, accept=("FAILED",), names=NAMES[name]) for name in NAMES]
    return [*found, *named]


def command(argv: tuple[str, ...]) -> Command:
    limits = {"cpu_seconds": LIMITS.cpu_seconds, "memory_mb": LIMITS.memory_mb}
    return Command(run=argv, build_seconds=1.0, build_memory_mb=LIMITS.memory_mb, **limits)


def in_place(text: str) -> str:
    return text.replace("PROBLEMS", str(shipped("problems")))


def score(output: bytes) -> float | str:
    """A judge in small: three whole numbers from 0 to 100, the more the better."""
    try:
        data = decode(output)
    except Invalid:
        return "refused"
    if not isinstance(data, list) or len(data) != 3 or any(type(x) is not int or not 0 <= x <= 100 for x in data):
        return "refused"
    return float(sum(data))


class Arena:
    def __init__(self, tier: str, workers: int) -> None:
        self.canary = os.environ["EVO_CANARY"]
        self.outside = Path(tempfile.mkdtemp(prefix="evo-arena-"))
        (self.outside / "secret").write_text(self.canary)
        (self.outside / "victim").write_text("untouched")
        (self.outside / "folder").mkdir()
        (self.outside / "folder" / "kept").write_text("kept")
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        for listener in (self.tcp, self.udp):
            listener.setblocking(False)
        self.executor = LocalExecutor(workers=workers, sandbox=f"required:{tier}")
        self.workers = workers
        self.faults: list[str] = []
        self.run_count = 0

    async def main(self) -> None:
        await self.control("before all")
        await asyncio.gather(*(self.control("warming up") for _ in range(self.workers)))
        await self.run("echo 1", argv=("sh", "program.py"))
        before, outside = self.trace(), self.tree()
        waiting = iter(corpus())

        async def lane() -> None:
            for attack in waiting:
                self.judge(attack, await self.run(attack.text, attack.limits, attack.names, attack.argv))
                await self.control(f"{attack.kind}: {attack.name}")
                if self.workers == 1:
                    self.compare(f"{attack.kind}: {attack.name}", before, self.trace())

        await asyncio.gather(*(lane() for _ in range(self.workers)))
        self.compare("all", before, self.trace())
        self.compare("all", outside, self.tree())
        for what, ask in (("datagram", lambda: self.udp.recv(1)), ("connection", self.tcp.accept)):
            with contextlib.suppress(BlockingIOError):
                self.faults.append(f"a {what} came: {ask()}")
        await self.executor.close()
        if left := kernel.own_children():
            self.faults.append(f"processes left: {left}")
        if roots := [root for place in scratch.places() for root in place.glob(f"evo-{os.getpid()}-*")]:
            self.faults.append(f"directories left: {roots}")
        shutil.rmtree(self.outside)

    async def run(
        self, text: str, limits: Limits = LIMITS, names: tuple[str, ...] = (), argv: tuple[str, ...] = ()
    ) -> TaskResult:
        self.run_count += 1
        files = {"program.py": text, **dict.fromkeys(names, "x")}
        if argv:
            return await self.executor.run(Task(files=files, limits=STEPS, command=command(argv)))
        kwargs = {"n": 3, "outside": str(self.outside), "port": self.port}
        return await self.executor.run(
            Task(files=files, entry="entry", kwargs=kwargs, imports=("numpy",), limits=limits)
        )

    async def control(self, after: str) -> None:
        result = await self.run(CONTROL)
        if result.output != HONEST:
            self.faults.append(f"control after {after}: {result}"[:600])

    def judge(self, attack: Attack, result: TaskResult) -> None:
        name = f"{attack.kind}: {attack.name}"
        shown = f"{result.status} {result.detail!r} {result.output!r}"[:400]
        if result.status not in attack.accept:
            self.faults.append(f"{name}: expected {attack.accept}, got {shown}")
        said = b"\n".join((result.output or b"", result.detail.encode(), result.stdout, result.stderr)).decode(
            "latin-1"
        )
        if ESCAPED.encode() in (result.output or b"") + result.stdout or self.canary in said:
            self.faults.append(f"{name}: got through: {shown}")
        if result.seconds > attack.limits.wall_seconds + SLACK_SECONDS:
            self.faults.append(f"{name}: verdict after {result.seconds:.2f} s")
        if result.cpu_seconds > attack.limits.cpu_seconds + SLACK_CPU_SECONDS:
            self.faults.append(f"{name}: used {result.cpu_seconds:.2f} s of CPU")
        if attack.score is not None and result.output is not None and score(result.output) != attack.score:
            self.faults.append(f"{name}: scored {score(result.output)}, expected {attack.score}")

    def trace(self) -> dict[str, object]:
        """What must be the same after every program."""
        zygotes = kernel.own_children()
        children = {pid: Path(f"/proc/{pid}/task/{pid}/children").read_text().split() for pid in zygotes}
        opened = {pid: len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in zygotes}
        roots = [root for place in scratch.places() for root in place.glob(f"evo-{os.getpid()}-*")]
        return {
            "zygotes and their children": children,
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "descriptors of zygotes": opened,
            "scratch": [sorted(str(each) for each in root.iterdir()) for root in roots],
            "marks": [str(mark) for place in SHARED for mark in Path(place).glob("evo-hostile*")],
            "shared memory": [Path(f"/proc/sysvipc/{kind}").read_text().count("\n") for kind in ("shm", "sem", "msg")],
        }

    def tree(self) -> dict[str, object]:
        return {
            str(path): (path.stat().st_mode, path.stat().st_mtime_ns, path.read_text() if path.is_file() else "")
            for path in sorted(self.outside.rglob("*"))
        }

    def compare(self, after: str, before: dict[str, object], now: dict[str, object]) -> None:
        for name in before | now:
            if before.get(name) != now.get(name):
                self.faults.append(f"after {after}: {name} was {before.get(name)}, is {now.get(name)}")


def main() -> None:
    tier, workers = sys.argv[1:]
    kernel.adopt_orphans()
    start = time.monotonic()
    arena = Arena(tier, int(workers))
    asyncio.run(arena.main())
    print(json.dumps({"faults": arena.faults, "runs": arena.run_count, "seconds": time.monotonic() - start}))


if __name__ == "__main__":
    main()
