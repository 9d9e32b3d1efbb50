"""A run of seven tickets, written with the real store and the real fold, without any process."""

import asyncio

from evo.canonical import fingerprint
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Ring
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
from evo.search.state import State
from evo.store.store import RunHeader, Store

A, B, C, D, E = (Program.of(f"x = {name!r}\n") for name in "abcde")
THOUGHT_ABOUT = 4
"""The ticket whose endpoint handed over what was thought."""
SCORES = {A.id: 0.5, B.id: 0.25, C.id: 0.75, E.id: 1.0}


def evaluation(program):
    if program.id not in SCORES:
        stage = StageResult(stage="score", status=StageStatus.FAILED, detail="too \x1b[31mred", cpu_seconds=0.1)
        return Evaluation(program=program.id, status=EvaluationStatus.INVALID, stages=(stage,), feedback="too red")
    return Evaluation(
        program=program.id,
        status=EvaluationStatus.VALID,
        objective=SCORES[program.id],
        measures={"x": SCORES[program.id]},
        metrics={"contacts": 3.0},
        stages=(StageResult(stage="score", status=StageStatus.SUCCESS, seconds=0.2, cpu_seconds=0.1),),
        tier="basic",
    )


def request(ticket):
    prompt = Prompt(system="You improve programs.", user=f"Ticket {ticket}.")
    return Request(purpose="propose", subject=str(ticket), prompt=prompt, seed=ticket, llm="fast")


def proposals():
    """Return (proposal, evaluation) of each ticket."""

    def seed(ticket, program, name):
        return Proposal(
            ticket=ticket, island=None, operator="seed", outcome=Outcome.PROPOSED, program=program, summary=name
        )

    def child(ticket, island, operator, program, *, parents, inspirations=(), **more):
        asked = request(ticket)
        return Proposal(
            ticket=ticket,
            island=island,
            operator=operator,
            outcome=Outcome.PROPOSED if program else Outcome.LLM_ERROR,
            parents=tuple(parent.id for parent in parents),
            inspirations=tuple(each.id for each in inspirations),
            llm="fast",
            requests=(asked.hash,),
            answers=(fingerprint("answer"),),
            program=program,
            **more,
        )

    yield seed(0, A, "a.py"), evaluation(A)
    yield seed(1, B, "b.py"), evaluation(B)
    yield child(2, 0, "diff", C, parents=[A], summary="wider [bold]search[/bold]"), evaluation(C)
    yield child(3, 1, "diff", D, parents=[B], summary="redder"), evaluation(D)
    yield child(4, 0, "crossover", E, parents=[C, B], inspirations=[A], summary="crossover: joined"), evaluation(E)
    yield child(5, 1, "rewrite", E, parents=[A]), None
    yield child(6, 0, "diff", None, parents=[C], detail="429 rate limit"), None


def write_run(
    folder, *, run_id="20260101-120000-toy-3fa9", created=1.0, state="finished", direction="maximize", most=7
):
    """Write the first `most` tickets of the run into `folder`, which is made."""
    folder.mkdir(parents=True)
    header = RunHeader(
        id=run_id,
        created=created,
        version="0",
        problem="toy",
        instance="7",
        fingerprint="f",
        direction=direction,
        unit="m",
        seed=5,
        islands=2,
        cells=10,
        axes="[]",
        seeds="[]",
        spec="",
        tier="basic",
    )
    asyncio.run(_write(Store.create(folder, header, [A, B]), Direction(direction), state, most))
    return folder


async def _write(store, direction, state, most):
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=10),))
    fold = State(Archipelago([Archive(space, direction, i) for i in range(2)], Ring(every=5), 2), direction)
    for proposal, scored in list(proposals())[:most]:
        if proposal.requests:
            thoughts = "Let me see." if proposal.ticket == THOUGHT_ABOUT else ""
            answer = Completion(
                text="answer", model="m1", prompt_tokens=10, completion_tokens=2, cost_usd=0.5, thoughts=thoughts
            )
            await store.save(request(proposal.ticket), answer)
        commit = fold.settle(after_seq=proposal.ticket - 1, proposal=proposal, evaluation=scored, at=1.0)
        await store.append([commit], issued=most + 1, seconds=12.5)
    await store.update(state=state, stop_reason="tickets", issued=most + 1, seconds=12.5)
    store.close()
