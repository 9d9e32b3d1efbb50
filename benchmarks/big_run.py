"""A run of 100,000 programs, made by the real fold and the real rows, and what it costs to look into it and go on.

    python benchmarks/big_run.py make FOLDER [--programs N]    write one (100,000 programs: about 3 CPU minutes, 1.2 GB)
    python benchmarks/big_run.py measure FOLDER                time the reading verbs, the fold of a resume, the append

Nothing is evaluated: scores are a noisy climb along the lineage, texts have the sizes that circle packing has.
"""

import argparse
import asyncio
import gc
import json
import random
import resource
import shutil
import sqlite3
import string
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from evo.assemble.fold import fold_parts  # noqa: E402
from evo.config.run import from_yaml  # noqa: E402
from evo.qd.selectors import Tournament  # noqa: E402
from evo.qd.spaces import Axis, GridSpace  # noqa: E402
from evo.records import (  # noqa: E402
    Completion,
    Direction,
    Evaluation,
    EvaluationStatus,
    Event,
    Outcome,
    Program,
    Prompt,
    Proposal,
    Request,
    StageResult,
    StageStatus,
)
from evo.store import rows, schema  # noqa: E402
from evo.store.packed import pack  # noqa: E402
from evo.store.store import RunHeader, Store  # noqa: E402

SPEC = """
problem: circle_packing/26
seed: 0
budget: {tickets: 1000000}
archive: {measures: {x: {cells: 16}, y: {cells: 12}}}
islands: {count: 4, migration: {use: ring, every: 50}}
"""
NAME = "20260101-000000-big-0001"
SPACE = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=16), Axis(name="y", low=0.0, high=1.0, cells=12)))
SPACES = [SPACE] * 4
PROMPT_BYTES, PROGRAM_BYTES, ANSWER_BYTES = 16_000, 3_000, 1_500
SEEDS = 3
LIMIT = 2.64
APPENDS = 400
POOL = 64


def header():
    return RunHeader(
        id=NAME,
        created=1.0,
        version="0",
        problem="circle_packing",
        instance="26",
        fingerprint="",
        direction="maximize",
        unit="",
        seed=0,
        islands=4,
        cells=SPACE.size,
        axes=json.dumps(SPACE.outline),
        seeds=json.dumps([[f"s{i}", program(random.Random(i), i).id] for i in range(SEEDS)]),
        spec=SPEC,
        tier="standard",
        state="interrupted",
    )


def words(rng, size):
    """Text that compresses to about a third, as prompts and programs do."""
    known = ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 9))) for _ in range(300)]
    return " ".join(rng.choices(known, k=size // 6))[:size]


class Texts:
    """Bodies drawn from a pool: making 100,000 truly different ones would take an hour."""

    def __init__(self, rng):
        self.programs = [words(rng, PROGRAM_BYTES) for _ in range(POOL)]
        self.prompts = [pack(json.dumps(["", words(rng, PROMPT_BYTES)])) for _ in range(POOL)]
        self.answers = [pack(words(rng, ANSWER_BYTES)) for _ in range(POOL)]


def program(rng, number, texts=None):
    body = rng.choice(texts.programs) if texts else "seed"
    return Program.of(f"# {number} {rng.random()}\n{body}\n")


def evaluated(rng, made, parents):
    """Score a program near its first parent: one in five fails, most get worse, few get better."""
    usage = {"seconds": rng.random(), "cpu_seconds": rng.random(), "max_rss_mb": 60.0}
    stages = tuple(StageResult(stage=name, status=StageStatus.SUCCESS, **usage) for name in ("syntax", "call", "size"))
    if parents and rng.random() < 0.2:
        last = StageResult(stage="score", status=StageStatus.FAILED, detail="circles 3 and 7 overlap by 0.01", **usage)
        return Evaluation(
            program=made.id, status=EvaluationStatus.FAILED, stages=(*stages, last), feedback="circles overlap"
        )
    near = parents[0] if parents else None
    score = near.objective + moved(rng, near.objective) if near else 1.0
    at = near.measures if near else {"x": 0.5, "y": 0.5}
    return Evaluation(
        program=made.id,
        status=EvaluationStatus.VALID,
        objective=score,
        measures={axis: min(1.0, max(0.0, value + rng.gauss(0, 0.06))) for axis, value in at.items()},
        metrics={"contacts": 40.0, "code_length": 3000.0, "complexity": 12.0},
        stages=(*stages, StageResult(stage="score", status=StageStatus.SUCCESS, **usage)),
        feedback="sum of radii 2.51, 40 contacts",
        tier="standard",
    )


def moved(rng, score):
    """One child in twenty-five is better, by a share of what is left to gain."""
    return (LIMIT - score) * rng.uniform(0.0, 0.15) if rng.random() < 0.04 else -abs(rng.gauss(0.0, 0.04))


def proposed(rng, state, ticket, texts):
    made = program(rng, ticket, texts)
    if ticket < SEEDS:
        made = program(random.Random(ticket), ticket)
        seed = Proposal(ticket=ticket, island=None, operator="seed", outcome=Outcome.PROPOSED, program=made)
        return seed, (), evaluated(rng, made, ())
    island = state.archipelago.island_for(ticket) or 0
    archive = state.archipelago.archives[island]
    operator = rng.choices(("diff", "rewrite", "crossover"), (5, 1, 2))[0]
    parents = Tournament().select(archive, 2 if operator == "crossover" else 1, rng)
    seen = Tournament().select(archive, 2, rng)
    failed = rng.random() < 0.08
    request = f"{rng.getrandbits(128):032x}"
    proposal = Proposal(
        ticket=ticket,
        island=island,
        operator=operator,
        outcome=Outcome.NOT_APPLICABLE if failed else Outcome.PROPOSED,
        parents=tuple(dict.fromkeys(parent.program for parent in parents)),
        inspirations=tuple(dict.fromkeys(each.program for each in seen)),
        llm="fast",
        requests=(request,),
        answers=(f"{rng.getrandbits(128):032x}",),
        program=None if failed else made,
        summary="move the outer ring inwards and let the corner circles grow",
        detail="SEARCH block 1 was not found in program.py" if failed else "",
    )
    return proposal, (request,), None if failed else evaluated(rng, made, parents)


def make(folder, programs):
    """Write a run with this many programs into `folder`, which must not exist."""
    folder.mkdir(parents=True)
    (folder / "run.yaml").write_text(SPEC)
    schema.create(folder / "run.db").dispose()
    rng = random.Random(0)
    texts = Texts(rng)
    state = fold_parts(from_yaml(SPEC, "spec")).state(SPACES, Direction.MAXIMIZE, SEEDS)
    database = sqlite3.connect(folder / "run.db", isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA cache_size = -400000")
    database.execute("BEGIN")
    head = asdict(header())
    database.execute(rows.insert(schema.run), tuple(head.values()))
    for number in range(SEEDS):
        database.execute(*rows.program_row(program(random.Random(number), number)))
    prompt = Prompt(system="", user="")
    ticket = made = 0
    while made < programs:
        proposal, requests, evaluation = proposed(rng, state, ticket, texts)
        commit = state.settle(after_seq=max(-1, ticket - 4), proposal=proposal, evaluation=evaluation, at=float(ticket))
        for request in requests:
            asked = Request(purpose="propose", subject=str(ticket), prompt=prompt, seed=0, llm="fast")
            object.__setattr__(asked, "hash", request)
            answer = Completion(text="", model="m", prompt_tokens=4000, completion_tokens=500, cost_usd=0.001)
            sql, values = rows.answer_row(asked, answer, 1.0)
            columns = [column.name for column in schema.answers.columns]
            packed = {"prompt": rng.choice(texts.prompts), "text": rng.choice(texts.answers)}
            database.execute(sql, tuple(packed.get(name, value) for name, value in zip(columns, values, strict=True)))
        for statement in rows.commit_rows(commit):
            database.execute(*statement)
        ticket += 1
        made += proposal.program is not None
        if ticket % 5000 == 0:
            print(f"\r{made} programs", end="", file=sys.stderr, flush=True)
    database.execute("UPDATE run SET issued = ?, seconds = 3600", (ticket + 4,))
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    print(f"\r{made} programs in {ticket} tickets, {(folder / 'run.db').stat().st_size / 1e6:.0f} MB", file=sys.stderr)


def cpu(command):
    """Return the least CPU seconds of three goes."""

    def once():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(3))


def fold(folder):
    """Do what a resume does before anything is issued; print CPU seconds and memory."""
    started = time.process_time()
    store = Store.open(folder)
    opened = time.process_time()
    store.tickets(), store.spare_evaluations(), store.charged()
    state = fold_parts(from_yaml(SPEC, "spec")).state(SPACES, Direction.MAXIMIZE, SEEDS)
    gc.disable()
    for entry in store.log():
        state.note(entry) if isinstance(entry, Event) else state.refold(entry)
    done = time.process_time()
    store.close()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"open with check {opened - started:5.2f} s, fold {done - opened:5.2f} s CPU, {most:.0f} MB")


def append(folder):
    """Return CPU milliseconds of one ticket: answer, evaluation and commit, each durable."""
    store, rng = Store.open(folder), random.Random(time.time_ns())
    texts = Texts(rng)
    state = fold_parts(from_yaml(SPEC, "spec")).state(SPACES, Direction.MAXIMIZE, SEEDS)
    base = len(store.tickets())
    made = []
    for ticket in range(APPENDS):
        proposal, requests, evaluation = proposed(rng, state, ticket, texts)
        made.append((state.settle(after_seq=-1, proposal=proposal, evaluation=evaluation, at=1.0), requests))
    prompt = Prompt(system="", user=words(rng, PROMPT_BYTES))

    async def go():
        for commit, requests in made[SEEDS:]:
            later = replace(commit, seq=base + commit.seq - SEEDS, ticket=base + commit.ticket)
            if requests:
                asked = Request(purpose="propose", subject=str(later.ticket), prompt=prompt, seed=0, llm="fast")
                await store.save(asked, Completion(text=texts.programs[0][:ANSWER_BYTES]))
            if later.evaluation and later.proposal.program:
                store.add_evaluation(later.proposal.program, later.evaluation)
            await store.append([later], issued=later.ticket, seconds=1.0)

    before = time.process_time()
    asyncio.run(go())
    spent = time.process_time() - before
    store.close()
    return 1000 * spent / (APPENDS - SEEDS)


def measure(folder):
    evo = [sys.executable, "-m", "evo"]
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        small, copy = Path(scratch) / "small", Path(scratch) / "copy"
        make(small, 100)
        start = cpu([*evo, "status", str(small)])
        print(f"start-up {start:.2f} s CPU (status of 100 programs); beyond it:")
        for verb in (["status", str(folder)], ["top", str(folder)], ["lineage", f"{folder}:@best"]):
            print(f"  {verb[0]:8} {cpu([*evo, *verb]) - start:6.2f} s CPU")
        subprocess.run([sys.executable, __file__, "fold", str(folder)], check=True)
        shutil.copytree(folder, copy)
        pairs = [(append(small), append(copy)) for _ in range(3)]
        few, many = (min(each) for each in zip(*pairs, strict=True))
        print(f"append: {few:.2f} ms CPU after 100 commits, {many:.2f} ms after 100,000: {many / few:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "measure", "fold"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--programs", type=int, default=100_000)
    given = parser.parse_args()
    match given.what:
        case "make":
            make(given.folder, given.programs)
        case "fold":
            fold(given.folder)
        case _:
            measure(given.folder)


if __name__ == "__main__":
    main()
