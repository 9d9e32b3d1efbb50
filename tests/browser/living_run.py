"""A run that goes on while somebody looks: made by the real fold and the real store, without any process."""

import asyncio
import json
import random
from concurrent.futures import ThreadPoolExecutor

from evo.assemble.fold import fold_parts
from evo.canonical import fingerprint
from evo.config.run import from_yaml
from evo.qd.selectors import Tournament
from evo.qd.spaces import Axis, GridSpace
from evo.records import (
    Completion,
    Direction,
    Evaluation,
    EvaluationStatus,
    Outcome,
    Program,
    Prompt,
    Proposal,
    Request,
    StageResult,
    StageStatus,
)
from evo.store.lock import RunLock
from evo.store.store import RunHeader, Store

SPEC = """
problem: circle_packing/26
seed: 0
budget: {tickets: 1000}
archive: {measures: {x: {cells: 8}, y: {cells: 6}}}
islands: {count: 2, migration: {use: ring, every: 20}}
"""
SPACE = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=8), Axis(name="y", low=0.0, high=1.0, cells=6)))
REASONS = ("widen the search", "fewer moves, each of them better", "start from a ring", "polish with a local solver")
SEEDS = 2


def awaited(coroutine):
    """Run a coroutine in a thread of its own: that of the test belongs to the browser's driver."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


class LivingRun:
    """One run, whose lock is held; a context manager.

    Args:
        folder: of the run, made.
        seed: of what happens.
        state: as it is recorded.
    """

    def __init__(self, folder, *, seed, state="finished"):
        self.folder, self.random, self.state = folder, random.Random(seed), state
        folder.mkdir(parents=True)
        (folder / "run.yaml").write_text(SPEC)
        spec = from_yaml(SPEC, "spec")
        self.fold = fold_parts(spec).state([SPACE] * 2, Direction.MAXIMIZE, SEEDS)
        header = RunHeader(
            id=folder.name,
            created=1_000.0,
            version="0",
            problem="toy",
            instance="7",
            fingerprint="f",
            direction="maximize",
            unit="m",
            seed=seed,
            islands=2,
            cells=SPACE.size,
            axes=json.dumps(SPACE.outline),
            seeds="[]",
            spec=SPEC,
            tier="basic",
            state="running",
        )
        self.store = Store.create(folder, header, [])
        self.lock = RunLock(folder)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        awaited(self.store.update(state="finished", stop_reason="tickets", issued=self.fold.seq + 1, seconds=60.0))
        self.store.close()
        self.lock.release()

    def grow(self, count):
        """Append so many commits."""
        awaited(self._grow(count))

    async def _grow(self, count):
        for _ in range(count):
            ticket = self.fold.seq + 1
            proposal, evaluation = self._proposed(ticket)
            for request in proposal.requests:
                asked = Request(
                    purpose="propose",
                    subject=str(ticket),
                    prompt=Prompt(system="You improve programs.", user=f"# Ticket {ticket}\n\nImprove the parent."),
                    seed=ticket,
                    llm="fast",
                )
                assert asked.hash == request
                answer = Completion(text=f"{proposal.summary}\n\n```python\nx = {ticket}\n```\n", model="m1")
                await self.store.save(asked, answer)
            commit = self.fold.settle(
                after_seq=max(-1, ticket - 4), proposal=proposal, evaluation=evaluation, at=1000.0 + 0.5 * ticket
            )
            await self.store.append([commit], issued=ticket + 4, seconds=0.5 * ticket)

    def _proposed(self, ticket):
        text = f"def place(n):\n    # {REASONS[ticket % 4]}\n    return [{ticket}] * n\n" + "    pass\n" * (ticket % 9)
        program = Program.of(text)
        if ticket < SEEDS:
            seed = Proposal(ticket=ticket, island=None, operator="seed", outcome=Outcome.PROPOSED, program=program)
            return seed, self._evaluated(program, ())
        archive = self.fold.archipelago.archives[ticket % 2]
        operator = self.random.choice(("diff", "rewrite", "crossover"))
        parents = Tournament().select(archive, 2 if operator == "crossover" else 1, self.random)
        request = Request(
            purpose="propose",
            subject=str(ticket),
            prompt=Prompt(system="You improve programs.", user=f"# Ticket {ticket}\n\nImprove the parent."),
            seed=ticket,
            llm="fast",
        )
        failed = ticket % 11 == 5
        proposal = Proposal(
            ticket=ticket,
            island=ticket % 2,
            operator=operator,
            outcome=Outcome.NOT_APPLICABLE if failed else Outcome.PROPOSED,
            parents=tuple(dict.fromkeys(parent.program for parent in parents)),
            llm="fast",
            requests=(request.hash,),
            answers=(fingerprint("answer"),),
            program=None if failed else program,
            summary=REASONS[ticket % 4],
            detail="SEARCH block 1 was not found in program.py" if failed else "",
        )
        return proposal, None if failed else self._evaluated(program, parents)

    def _evaluated(self, program, parents):
        usage = {"seconds": 0.2, "cpu_seconds": 0.1}
        if parents and self.random.random() < 0.15:
            stage = StageResult(stage="score", status=StageStatus.FAILED, detail="circles 3 and 7 overlap", **usage)
            return Evaluation(program=program.id, status=EvaluationStatus.INVALID, stages=(stage,), feedback="overlap")
        near = parents[0] if parents else None
        moved = self.random.uniform(-0.2, 0.08)
        at = near.measures if near else {"x": 0.4, "y": 0.6}
        return Evaluation(
            program=program.id,
            status=EvaluationStatus.VALID,
            objective=near.objective + moved if near else 1.0,
            measures={name: min(1.0, max(0.0, value + self.random.gauss(0, 0.15))) for name, value in at.items()},
            metrics={"contacts": 3.0},
            stages=(StageResult(stage="score", status=StageStatus.SUCCESS, **usage),),
            tier="basic",
        )
