"""What a candidate of a repository costs, in trees of different sizes: `python benchmarks/repository.py`.

In `strict` the tree is a layer beneath the candidate's own file system, so the cost does not depend on its size; in
`standard` it is copied for every candidate.

On two shared cores, Linux 6.18, CPU per candidate that starts one program (in the main process + its own):

    files   strict          standard
       10   1.8 + 8.0 ms    3.5 + 7.6 ms
    1,000   1.5 + 7.6 ms     61 + 7.6 ms
   10,000   1.6 + 8.2 ms    538 + 7.7 ms

Once a run, for 10,000 files: 0.3 s to read the tree, 0.2 s to lay it out.
"""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from evo.execute.checkout import lay_out, take_away
from evo.execute.executor import Command, Task
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Limits, Tier, offered
from evo.records import Program
from evo.repository.snapshot import Repository, take_snapshot

RUNS = 20
SIZES = (10, 1000, 10_000)


def cpu_seconds():
    used = [resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def make(root, count):
    for number in range(count):
        path = root / f"lib/part_{number % 100:03}/module_{number:05}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"def f{number}(x):\n    return x + {number}\n" * 20)
    (root / "src").mkdir()
    (root / "src/a.py").write_text("x = 1\n")
    subprocess.run(["git", "init", "-q", str(root)], check=True)


async def cost(task, tier):
    executor = LocalExecutor(workers=1, sandbox=f"required:{tier}")
    try:
        await executor.run(task)
        began = cpu_seconds()
        done = [await executor.run(task) for _ in range(RUNS)]
        own = cpu_seconds() - began
    finally:
        await executor.close()
    return own / RUNS * 1000, sum(each.cpu_seconds for each in done) / RUNS * 1000


def main(sizes):
    limits = Limits(cpu_seconds=20, memory_mb=600, open_files=256)
    command = Command(run=("cat", "src/a.py"), cpu_seconds=5, memory_mb=200, build_seconds=1, build_memory_mb=1)
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            make(root, count)
            began = cpu_seconds()
            tree = take_snapshot(Repository(root=root, editable=("src/*.py",)))
            read = cpu_seconds() - began
            laid = lay_out(tree)
            print(f"{count:7,} files: read in {read:.2f} s, laid out in {cpu_seconds() - began - read:.2f} s of CPU")
            files = Program.of({"src/a.py": "x = 2\n"}, trunk=tree.trunk).changed
            task = Task(files=files, tree=laid, limits=limits, command=command)
            for tier in (tier for tier in (Tier.STRICT, Tier.STANDARD) if tier in offered()):
                main_ms, own_ms = asyncio.run(cost(task, tier))
                print(f"    {tier:9} {main_ms:7.1f} ms in the main process, {own_ms:.1f} ms in its own", flush=True)
            take_away(laid)


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or SIZES)
