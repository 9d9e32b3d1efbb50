"""Where a run's money went: every stored answer counts once, under whatever it served."""

import asyncio

import pytest

from evo.records import Completion, Direction, Evaluation, EvaluationStatus, Outcome, Program, Prompt, Proposal, Request
from evo.render import tables
from evo.render.console import show
from evo.search.state import State
from evo.store.reading.spend import DIMENSIONS
from evo.store.reading.view import open_run
from evo.store.store import Store
from tests.toy import HEADER

PROGRAMS = [Program.of(f"x = {number}\n") for number in range(4)]


def request(purpose, subject, llm):
    return Request(purpose=purpose, subject=subject, prompt=Prompt(system="", user="u"), seed=1, llm=llm)


def answer(model, usd, *, cached=0, reasoning=0, estimated=False):
    return Completion(
        text="t",
        model=model,
        prompt_tokens=100,
        completion_tokens=10,
        cost_usd=usd,
        cached_tokens=cached,
        reasoning_tokens=reasoning,
        estimated=estimated,
    )


class Nowhere:
    """Islands that take nothing."""

    archives = ()

    def credit(self, *_, **__):
        pass

    def migrate_if_due(self, _):
        return ()


def commit(state, ticket, *, island, operator, program=None, llm="", outcome=Outcome.PROPOSED):
    proposal = Proposal(ticket=ticket, island=island, operator=operator, outcome=outcome, program=program, llm=llm)
    evaluation = Evaluation(program=program.id, status=EvaluationStatus.FAILED) if program else None
    return state.settle(after_seq=state.seq, proposal=proposal, evaluation=evaluation, at=0.0)


@pytest.fixture
def folder(tmp_path):
    async def write():
        store = Store.create(tmp_path, HEADER)
        state = State(Nowhere(), Direction.MAXIMIZE, type("Pools", (), {"observe": lambda *_: None})())
        await store.append(
            [
                commit(state, 0, island=None, operator="seed", program=PROGRAMS[0]),
                commit(state, 1, island=0, operator="diff", program=PROGRAMS[1], llm="fast"),
                commit(state, 2, island=1, operator="rewrite", program=PROGRAMS[2], llm="strong"),
                commit(state, 3, island=1, operator="diff", llm="fast", outcome=Outcome.TRUNCATED),
            ],
            issued=5,
            seconds=1.0,
        )
        await store.save(request("propose", "1", "fast"), answer("small", 0.25, cached=60, estimated=True))
        await store.save(request("propose", "2", "strong"), answer("large", 1.0, reasoning=7))
        await store.save(request("propose", "3", "fast"), answer("small", 0.5))
        await store.save(request("propose", "4", "fast"), answer("small", 0.125))
        await store.save(request("judge", PROGRAMS[2].id, "judge"), answer("large", 2.0))
        await store.save(request("judge", PROGRAMS[0].id, "judge"), answer("large", 4.0))
        await store.save(request("judge", "f" * 32, "judge"), answer("large", 8.0))
        store.close()

    asyncio.run(write())
    return tmp_path


def test_every_answer_counts_once_in_every_dimension(folder):
    with open_run(folder) as view:
        status = view.status()
    assert status["cost_usd"] == 15.875
    assert status["tokens"] == {"prompt": 700, "completion": 70, "cached": 60, "reasoning": 7}
    assert list(status["spend"]) == list(DIMENSIONS)
    usd = {
        dimension: {name: bill["cost_usd"] for name, bill in bills.items()}
        for dimension, bills in status["spend"].items()
    }
    assert all(sum(shares.values()) == 15.875 for shares in usd.values())
    assert usd == {
        "model": {"large": 15.0, "small": 0.875},
        "role": {"fast": 0.875, "judge": 14.0, "strong": 1.0},
        "operator": {"diff": 0.75, "rewrite": 3.0, "seed": 4.0, "unused": 8.125},
        "island": {"0": 0.25, "1": 3.5, "all": 4.0, "unused": 8.125},
        "purpose": {"judge": 14.0, "propose": 1.875},
    }
    small = status["spend"]["model"]["small"]
    assert (small["answers"], small["estimated"], small["cached_tokens"]) == (3, 1, 60)


def test_what_came_of_each_models_answers(folder, capsys):
    with open_run(folder) as view:
        status = view.status()
    assert status["outcomes_by_model"] == {"large": {"PROPOSED": 1}, "small": {"PROPOSED": 1, "TRUNCATED": 1}}
    show(tables.status(status))
    drawn = capsys.readouterr().out
    for words in ("small", "PROPOSED 1  TRUNCATED 1", "700 prompt (60 cached, 9 %)", "usage of 1 estimated", "by role"):
        assert words in drawn
