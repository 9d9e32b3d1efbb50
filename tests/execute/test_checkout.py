"""A tree around a candidate: of its own, bounded, and untouched for the next one."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from evo.execute import scratch
from evo.execute.checkout import lay_out, take_away
from evo.execute.executor import Command, Task
from evo.execute.inside import kernel
from evo.execute.local import LocalExecutor
from evo.execute.sandbox import Limits, Tier, offered
from evo.records import EntryKind, StageStatus, Tree, TreeEntry

FILES = {
    "lib/a.txt": b"first",
    "lib/deep/b.txt": b"second",
    "run.sh": b"#!/bin/sh\ncat lib/a.txt lib/deep/b.txt link/a.txt\n",
}
TREE = Tree(
    entries={
        **{path: TreeEntry(data=data) for path, data in FILES.items()},
        "run.sh": TreeEntry(kind=EntryKind.PROGRAM, data=FILES["run.sh"]),
        "link": TreeEntry(kind=EntryKind.LINK, data=b"lib"),
    },
    editable=("lib/a.txt",),
)
TIERS = [tier for tier in (Tier.STRICT, Tier.STANDARD, Tier.BASIC) if tier in offered()]


def ask(tier, *argvs, tree=TREE, files=None):
    async def main():
        laid, executor = lay_out(tree), LocalExecutor(workers=1, sandbox=f"required:{tier}")
        limits = Limits(cpu_seconds=20, memory_mb=600, open_files=256)
        try:
            return [
                await executor.run(
                    Task(
                        files=files or {},
                        tree=laid,
                        limits=limits,
                        command=Command(run=argv, cpu_seconds=10, memory_mb=500, build_seconds=1, build_memory_mb=1),
                    )
                )
                for argv in argvs
            ]
        finally:
            await executor.close()
            take_away(laid)
            gone.append(laid.path)

    gone: list[str] = []
    done = asyncio.run(main())
    assert not Path(gone[0]).exists()
    return done


@pytest.mark.parametrize("tier", TIERS)
def test_it_lies_there_with_modes_and_links_and_under_what_is_changed(tier):
    (done,) = ask(tier, ("./run.sh",), files={"lib/a.txt": "changed", "lib/new.txt": "n"})
    assert done.status is StageStatus.SUCCESS, done.detail
    assert done.output == b"changedsecondchanged"


@pytest.mark.parametrize("tier", TIERS)
def test_what_one_candidate_does_to_it_the_next_one_does_not_see(tier):
    spoil = "echo x > lib/a.txt; rm -r lib/deep; mv run.sh other; mkdir lib/deep; echo y > lib/deep/b.txt; echo done"
    spoilt, after = ask(tier, ("sh", "-c", spoil), ("./run.sh",))
    assert spoilt.output == b"done\n", spoilt.detail
    assert after.output == b"firstsecondfirst"
    assert not [root for place in scratch.places() for root in place.glob(f"evo-{os.getpid()}-*/*/lib")]


@pytest.mark.parametrize("tier", TIERS)
def test_a_function_is_called_in_it_too(tier):
    tree = Tree(entries={"pkg/m.py": TreeEntry(data=b"X = 3\n")}, editable=("pkg/m.py",))

    async def main():
        laid, executor = lay_out(tree), LocalExecutor(workers=1, sandbox=f"required:{tier}")
        text = "import pkg.m\n\ndef f():\n    return pkg.m.X\n"
        try:
            return await executor.run(Task(files={"main.py": text}, entry_file="main.py", entry="f", tree=laid))
        finally:
            await executor.close()
            take_away(laid)

    assert json.loads(asyncio.run(main()).output) == 3


@pytest.mark.parametrize("tier", TIERS[:2])
def test_a_tree_of_many_files_is_no_excess_and_what_is_added_is_bounded(tier):
    many = {f"lib/{n:05}.txt": TreeEntry(data=b"x") for n in range(5000)}
    tree = Tree(entries=many, editable=("lib/00000.txt",))
    fill = "i=0; while [ $i -lt 4500 ]; do : > f$i || exit 9; i=$((i+1)); done; sleep 20; echo all"
    seen, filled = ask(tier, ("sh", "-c", "ls lib | wc -l; sleep 0.3"), ("sh", "-c", fill), tree=tree)
    assert seen.output == b"5000\n", seen.detail
    assert filled.status is not StageStatus.SUCCESS


@pytest.mark.skipif(Tier.STRICT not in offered(), reason="this machine does not offer strict")
def test_where_no_layer_can_be_mounted_it_is_copied(tmp_path, monkeypatch):
    # The mount refuses paths that its options cannot say.
    monkeypatch.setattr(scratch, "places", lambda: (tmp_path / "a,b",))
    (tmp_path / "a,b").mkdir()
    with pytest.raises(OSError, match="a comma"):
        kernel.mount_layer(str(tmp_path), lower="a,b", upper="u", work="w")
    (done,) = ask(Tier.STRICT, ("./run.sh",), files={"lib/a.txt": "changed"})
    assert done.output == b"changedsecondchanged", done.detail
