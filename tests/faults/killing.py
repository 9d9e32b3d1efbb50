"""A toy run killed again and again. A process of its own: it forks warm children, so that a kill costs milliseconds.

    python -m tests.faults.killing FOLDER SPEC...

Each SPEC is "schedule:workers:kills:seed", or "points:workers:kills:seed" to die at every named crash point in turn;
all have as many kills. Prints one JSON object per SPEC, then one of a run that nobody kills.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from random import Random

from evo.config.sections import BudgetSpec
from evo.crashpoints import CrashPoint, hook
from evo.llm import answer_log as wrappers
from evo.propose import answer
from evo.records import Proposal
from evo.search import attempt, loop
from evo.store.reading.view import open_run
from tests.toy import Judge, Model, World

SLOTS = 4


def tickets(kills):
    """Return how long a run is to be: a kill that hits nothing alive shows nothing."""
    return max(90, 6 * kills)


def world(folder, schedule, workers, tickets):
    folder.mkdir(exist_ok=True)
    return World(
        folder=folder,
        model=Model(latency=0.004),
        judge=Judge(latency=0.004),
        budget=BudgetSpec(tickets=tickets),
        ordered=schedule != "arrival",
        window=12 if schedule == "arrival" else 4,
        slots=SLOTS,
        workers=workers,
    )


def child(there, pipe, point):
    """Run in a fork; say every call and every acknowledged commit before anything else happens."""
    if point:
        for module in (wrappers, attempt, loop):
            module.reached = HOOKS[point]
    complete = there.model.complete

    async def told(request):
        os.write(pipe, f"call {request.subject}\n".encode())
        return await complete(request)

    there.model.complete = told

    async def go():
        store = there.store()
        async with there.search(store) as search:
            async for commit in search:
                os.write(pipe, f"commit {commit.seq} {commit.hash}\n".encode())
        store.close()

    asyncio.run(go())


HOOKS = {}


def session(there, *, after=None, point=""):
    """Run until `after` commits, until a crash point or to the end; return what it said and whether it was alive."""
    if point:
        HOOKS[point] = hook(point)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)
            child(there, writing, point)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    said, commits, rest = [], 0, b""
    while chunk := os.read(reading, 65536):
        *lines, rest = (rest + chunk).split(b"\n")
        said += [line.decode().split() for line in lines]
        commits = sum(words[0] == "commit" for words in said)
        if after is not None and commits >= after:
            os.kill(pid, signal.SIGKILL)
            after = None
    os.close(reading)
    status = os.waitpid(pid, 0)[1]
    return said, os.WIFSIGNALED(status)


def stored(folder):
    """Return hash by seq, and the tickets whose answer is stored."""
    if not (folder / "run.db").exists():
        return {}, set()
    with open_run(folder) as view, view._reading() as connection:
        log = dict(tuple(row) for row in connection.exec_driver_sql("SELECT seq, hash FROM commits"))
        answers = connection.exec_driver_sql("SELECT subject FROM answers").scalars().all()
        tickets = connection.exec_driver_sql("SELECT count(DISTINCT ticket) FROM commits").scalar_one()
    assert tickets == len(log) == max(log, default=-1) + 1, "none twice, no gap"
    assert len(answers) == len(set(answers))
    return log, set(answers)


def reexecuted(there):
    """Do every ticket again from the state that it was issued from, with its stored answer; return the last hash."""
    log, store = there.log(), there.store()
    search = there.search(store)
    due = {}
    for commit in log:
        due.setdefault(commit.after_seq, []).append(commit.ticket)
    state, assigned = search.state, {}
    for commit in [None, *log]:
        if commit is not None:
            given = assigned.pop(commit.ticket)
            proposal = given.request
            if not isinstance(proposal, Proposal):
                found = store.find(proposal)
                proposal = answer.read(given.ticket, proposal, found, given.parents, editable="whole")
            known = proposal.program is None or proposal.program.id in state.known
            evaluation = None if known else asyncio.run(Judge().evaluate(proposal.program))
            made = state.settle(after_seq=commit.after_seq, proposal=proposal, evaluation=evaluation, at=commit.at)
            search._shelve(made)
            assert made.hash == commit.hash, f"commit {commit.seq}"
        assigned.update({number: search._issuer.issue(number, state) for number in due.get(state.seq, [])})
    store.close()
    return state.hash


def killed(folder, schedule, workers, kills, seed):
    random = Random(seed)
    there = world(folder, schedule, workers, tickets(kills))
    if schedule == "points":
        plan = [
            {"point": f"{point}:{random.randint(1, 6)}"}
            for _ in range(kills // len(CrashPoint))
            for point in CrashPoint
        ]
    else:
        marks = sorted(random.sample(range(1, tickets(kills) * 3 // 4), kills))
        plan = [{"after": new - old} for old, new in zip([0, *marks], marks, strict=False)]
    hits, paid, again, before = 0, 0, 0, ({}, set())
    seen = set()
    for how in [*plan, {}]:
        said, hit = session(there, **how)
        hits += hit
        seen |= {how["point"].split(":")[0]} if hit and "point" in how else set()
        log, answers = stored(folder)
        acknowledged = {int(words[1]): words[2] for words in said if words[0] == "commit"}
        assert {**before[0], **acknowledged}.items() <= log.items(), "nothing acknowledged is lost"
        calls = [words[1] for words in said if words[0] == "call"]
        paid, again = paid + len(calls), again + len(before[1].intersection(calls))
        before = log, answers
    whole = there.run()[0]  # a finished run: a no-op
    return {
        "hits": hits,
        "points": sorted(seen),
        "committed": len(before[0]),
        "paid_for_nothing": paid - len(before[1]),
        "asked_again": again,
        "hash": whole.state.hash,
        "archive": sorted(
            [h.island, *h.elite.cell, h.elite.program, h.elite.objective] for h in open_run(folder).holdings()
        ),
        "reexecuted": reexecuted(there),
    }


def main():
    folder = Path(sys.argv[1])
    for number, spec in enumerate(sys.argv[2:]):
        schedule, workers, kills, seed = spec.split(":")
        print(json.dumps(killed(folder / str(number), schedule, int(workers), int(kills), int(seed))), flush=True)
    # Forked rather than run here: a fork needs a parent without threads.
    session(world(folder / "plain", "ordered", 1, tickets(int(kills))))
    plain = open_run(folder / "plain")
    archive = sorted([h.island, *h.elite.cell, h.elite.program, h.elite.objective] for h in plain.holdings())
    print(json.dumps({"hash": plain.status()["log_hash"], "archive": archive}))


if __name__ == "__main__":
    main()
