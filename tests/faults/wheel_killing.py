"""A run with everybody at the wheel, killed again and again. A process of its own: it forks warm children.

    python -m tests.faults.wheel_killing FOLDER ordered|arrival KILLS SEED STEER

Prints one JSON object.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from random import Random

from evo.records import Event
from evo.store.store import RunHeader, Store
from tests.mixed_run import Drive, executed, live, mixed

HEADER = RunHeader(
    id="killed", created=0.0, version="", problem="small", instance="", fingerprint="", direction="maximize", unit="",
    seed=0, islands=2, cells=40, axes="[]", seeds="[]", spec="", tier="none",
)  # fmt: skip


def child(small, folder, drive, pipe):
    """Run in a fork; say every acknowledged commit and every acknowledged tell before anything else happens."""
    drive.heard = lambda name: os.write(pipe, f"told {name}\n".encode())
    store = Store.open(folder)
    told = lambda commit: os.write(pipe, f"commit {commit.seq} {commit.hash}\n".encode())  # noqa: E731 - once
    asyncio.run(live(small.search(store), drive, told))
    store.close()


def session(small, folder, drive, after=None):
    """Run until so much was said, or to the end; return what was said and whether it was killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)
            child(small, folder, drive, writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    said, rest = [], b""
    while chunk := os.read(reading, 65536):
        *lines, rest = (rest + chunk).split(b"\n")
        said += [line.decode().split() for line in lines]
        if after is not None and len(said) >= after:
            os.kill(pid, signal.SIGKILL)
            after = None
    os.close(reading)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0, "it failed by itself"
    return said, os.WIFSIGNALED(status)


def killed(folder, ordered, kills, seed, steer):
    lots = Random(seed)
    small = mixed(tickets=4 * kills, ordered=ordered)
    folder.mkdir()
    Store.create(folder, HEADER, small.first_programs().values()).close()
    hits, heard, told = 0, {}, set()
    for number in range(kills + 1):
        drive = Drive(slow=3, steer=steer, seed=seed + number)
        said, hit = session(small, folder, drive, lots.randint(1, 12) if number < kills else None)
        hits += hit
        heard |= {int(words[1]): words[2] for words in said if words[0] == "commit"}
        told |= {words[1] for words in said if words[0] == "told"}
    store = Store.open(folder)
    log = [*store.log()]
    commits = [entry for entry in log if not isinstance(entry, Event)]
    kept = {str(commit.ticket) for commit in commits if commit.proposal.operator in {"outside", "diff"}}
    found = {
        "hits": hits,
        "committed": len(commits),
        "events": len(log) - len(commits),
        "operators": sorted({commit.proposal.operator for commit in commits}),
        "hash": commits[-1].hash,
        "lost_commits": len(heard.items() - {commit.seq: commit.hash for commit in commits}.items()),
        "lost_tells": sorted(told - kept),
        "told": len(told),
        "executed": str(executed(small, store)),
    }
    store.close()
    return found


def main():
    folder, schedule, kills, seed, steer = sys.argv[1:]
    print(json.dumps(killed(Path(folder), schedule == "ordered", int(kills), int(seed), float(steer))))


if __name__ == "__main__":
    main()
