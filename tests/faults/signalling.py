"""Signals to a toy run under the eyes of a person; a process of its own, as in `killing`.

    python -m tests.faults.signalling FOLDER CASE...

Each CASE is "phase:signal:times"; prints one JSON object per case.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

from evo.cli.session import Session
from evo.config.sections import BudgetSpec
from tests.faults.killing import stored
from tests.toy import Judge, Model, World

TICKETS = 160
LATENCY = {"asking": (0.3, 0.0), "evaluating": (0.0, 0.3), "committing": (0.01, 0.01)}


class View:
    """Says every commit that a person would see."""

    def __init__(self, pipe):
        self.pipe = pipe

    def begin(self, search):
        pass

    def commit(self, commit):
        os.write(self.pipe, f"{commit.seq} {commit.hash}\n".encode())

    def tick(self):
        pass

    def say(self, text, **style):
        pass

    def end(self):
        pass


class Silent(Session):
    def _say(self, search):
        pass


def world(folder, phase):
    folder.mkdir(exist_ok=True)
    asked, judged = LATENCY[phase]
    return World(
        folder=folder, model=Model(latency=asked), judge=Judge(latency=judged), budget=BudgetSpec(tickets=TICKETS)
    )


def watch(there, pipe):
    @asynccontextmanager
    async def opening():
        store = there.store()
        async with there.search(store) as search:
            yield search
        store.close()

    return asyncio.run(Silent(View(pipe), address="", tail="").watch(opening()))


def case(folder, phase, name, times):
    there = world(folder, phase)
    reading, writing = os.pipe()
    said = folder / "stderr"
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            descriptor = os.open(said, os.O_WRONLY | os.O_CREAT)
            os.dup2(descriptor, 2)
            os.close(reading)
            code = watch(there, writing)
        finally:
            os._exit(code)
    os.close(writing)
    seen = b""
    while seen.count(b"\n") < 5:
        more = os.read(reading, 4096)
        if not more:
            raise AssertionError(f"the run ended after {seen!r}: {said.read_text() if said.exists() else ''}")
        seen += more
    lock = sqlite3.connect(folder / "run.db", isolation_level=None)
    if phase == "committing":
        lock.execute("BEGIN IMMEDIATE")
        time.sleep(0.05)
    began = time.monotonic()
    for each in range(times):
        os.kill(pid, signal.Signals[name])
        # Two equal signals that are not yet taken are one.
        while each == 0 and times > 1 and "Stopping" not in said.read_text():
            time.sleep(0.005)
    if phase == "committing":
        time.sleep(0.1)
        lock.execute("COMMIT")
    lock.close()
    while chunk := os.read(reading, 4096):
        seen += chunk
    status = os.waitpid(pid, 0)[1]
    took = time.monotonic() - began
    shown = dict(line.split() for line in seen.decode().splitlines())
    log, _ = stored(folder)
    kept = all(log[int(seq)] == chained for seq, chained in shown.items())
    interrupted = len(log)
    again = World(folder=folder, budget=there.budget).run()[0]
    return {
        "code": os.waitstatus_to_exitcode(status),
        "took": took,
        "said": said.read_text(),
        "kept": kept,
        "commits": interrupted,
        "hash": again.state.hash,
    }


def main():
    folder = Path(sys.argv[1])
    found = []
    for number, words in enumerate(sys.argv[2:]):
        phase, name, times = words.split(":")
        found.append(case(folder / str(number), phase, name, int(times)))
    plain = World(folder=folder, budget=BudgetSpec(tickets=TICKETS)).run()[0]
    for each in [*found, {"hash": plain.state.hash}]:
        print(json.dumps(each))


if __name__ == "__main__":
    main()
