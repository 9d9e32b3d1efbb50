"""Novelty in whole runs: seen before it is scored, the same whatever finished first, told to models and to people."""

import ast
import asyncio
import json
import re
import sqlite3
from dataclasses import dataclass

import pytest

from evo.config.run import amend
from evo.llm.budget import Ledger
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.offline import Offline
from evo.llm.openai.options import OpenAI
from evo.records import (
    Completion,
    Evaluation,
    EvaluationStatus,
    Finish,
    Outcome,
    Prompt,
    Request,
    Rule,
    StageResult,
    StageStatus,
)
from evo.rng import stream
from evo.store.reading.view import open_run
from tests.e2e.test_search_options import declared  # noqa: F401 - a fixture
from tests.toy import OLD_SESSIONS, Judge, Model

NEAR = ("llms={fast: offline, near: offline}", "novelty={readded: 1.0, embedding: {llm: near, threshold: 0.9995}}")


def hashes(commits):
    return [commit.hash for commit in commits]


@pytest.mark.parametrize(("slots", "workers"), [(1, 1), (8, 4)])
def test_the_log_does_not_depend_on_who_came_first(declared, slots, workers):  # noqa: F811
    _, plain = declared(*NEAR).run()
    here = declared(*NEAR, slots=slots, workers=workers)
    here.model.latency, here.judge.latency = 0.01, 0.006
    _, commits = here.run()
    assert hashes(commits) == hashes(plain)
    rules = {c.proposal.repeats.rule for c in commits if c.proposal.repeats}
    assert {Rule.NORMALISED, Rule.EMBEDDING} <= rules


def test_a_repetition_is_not_scored_and_names_what_it_repeats(declared):  # noqa: F811
    here = declared("novelty={}", "budget.tickets=120")
    _, commits = here.run()
    forms = {}
    for commit in commits:
        proposal = commit.proposal
        form = proposal.program.text[:8]
        if proposal.outcome is Outcome.PROPOSED:
            assert form not in forms or proposal.operator == "seed"
            forms.setdefault(form, proposal.program.id)
        elif proposal.repeats.rule is Rule.NORMALISED:
            assert proposal.repeats.program == forms[form]
            assert commit.evaluation is None
    found = [c for c in commits if c.proposal.outcome is Outcome.DUPLICATE]
    assert len(found) > 20
    assert len(here.judge.asked) < 120 - len(found) + here.window, "evaluations are saved, but for those in flight"
    with open_run(here.folder) as view:
        assert [c.proposal.repeats for c in view.commits()] == [c.proposal.repeats for c in commits]
        assert [c.proposal.traits for c in view.commits()] == [c.proposal.traits for c in commits]


@dataclass
class TwoLines(Model):
    """Moves one of two numbers, each on a line of its own, by a step or back."""

    async def complete(self, request):
        random = stream(request.seed, "toy", request.subject)
        lines = [int(number) for number in re.search(r"\n([0-9]),\n([0-9]),\n", request.prompt.user).groups()]
        spot = random.randrange(2)
        lines[spot] = (lines[spot] + random.choice((1, -1))) % 10
        return Completion(text=f"step\n\n```python\nx = [\n{lines[0]},\n{lines[1]},\n{random.randrange(10**9)}]\n```\n")


@dataclass
class Sum(Judge):
    async def evaluate(self, program):
        a, b, _ = ast.literal_eval(program.text.split("=")[1].strip())
        stage = StageResult(stage="score", status=StageStatus.SUCCESS)
        return Evaluation(
            program=program.id,
            status=EvaluationStatus.VALID,
            objective=a + b,
            measures={"x": a / 9},
            stages=(stage,),
        )


def test_the_share_of_lines_that_were_given_up_decides(declared):  # noqa: F811
    logs = []
    for share in ("null", "0.4", "1.0"):
        here = declared(f"novelty={{normalised: false, readded: {share}}}", "budget.tickets=100")
        here.seeds, here.model, here.judge = ("x = [\n5,\n5,\n0]\n",) * 1, TwoLines(), Sum()
        _, commits = here.run()
        back = [c.proposal.repeats for c in commits if c.proposal.repeats]
        logs.append((commits[-1].hash, len(back)))
        texts = {c.proposal.program.id: c.proposal.program.text for c in commits}
        for commit in (c for c in commits if c.proposal.repeats):
            found, lines = commit.proposal.repeats, set(commit.proposal.program.text.splitlines())
            assert found.rule is Rule.READDED
            held = set(texts[found.program].splitlines()) & lines
            assert held - set(texts[commit.proposal.parents[0]].splitlines())
    assert len({log for log, _ in logs}) == 2, "every step back brings a line that is new"
    assert [count > 0 for _, count in logs] == [False, True, False]


def test_the_model_is_told_what_was_tried_already(declared):  # noqa: F811
    def prompts(*settings):
        here, asked = declared(*settings), []
        ask = here.model.complete

        async def listen(request):
            asked.append(request.prompt.user)
            return await ask(request)

        here.model.complete = listen
        here.run()
        return "\n".join(asked)

    assert "because: the same as program" in prompts("novelty={}")
    assert "the same" not in prompts()


def test_runs_from_before_are_read_and_gone_on_with(declared):  # noqa: F811
    here = declared("budget.tickets=40")
    here.run()
    with sqlite3.connect(here.folder / "run.db") as database:
        database.executescript(f"DROP TABLE novelty; DROP TABLE retests; {OLD_SESSIONS} PRAGMA user_version = 1")
    with open_run(here.folder) as view:
        assert len(list(view.commits())) == view.status()["committed"] == 40
        assert view.best() is not None
        assert view.retests(view.best()[0]) == []
    here.spec = amend(here.spec, ["budget.tickets=60"])
    here.budget = here.spec.budget
    assert len(here.run()[1]) == 20


def test_an_embedding_is_an_answer_of_its_program(declared):  # noqa: F811
    here = declared(*NEAR)
    _, commits = here.run()
    asked = [c for c in commits if len(c.proposal.requests) == 2]
    assert len(asked) > 20
    assert all(c.proposal.traits.request == c.proposal.requests[1] in c.learned for c in asked)
    embedded = {c.proposal.traits.request for c in commits if c.proposal.traits} - {""}
    with open_run(here.folder) as view:
        assert view.status()["tokens"]["completion"] == len(embedded)


def test_an_endpoint_embeds_as_the_offline_proposer_does():
    prompt = Prompt(system="", user="def run(seed):\n    return seed\n")
    request = Request(purpose="embedding", subject="p", prompt=prompt, seed=1, llm="near", max_tokens=1)

    async def ask(key="k"):
        server = MockServer(client=Offline().connect(LLMContext(role="fast", ideas=None, seed=0)), key="k" * 9)
        async with serving(server) as url:
            model = OpenAI(model="m", base_url=url, api_key_env="NEAR_KEY")
            client = model.connect(LLMContext(role="near", ideas=None, seed=0, ledger=Ledger()))
            try:
                return await client.complete(request)
            finally:
                await client.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEAR_KEY", "k" * 9)
        answer = asyncio.run(ask())
    local = asyncio.run(Offline().connect(LLMContext(role="near", ideas=None, seed=0)).complete(request))
    assert json.loads(answer.text) == json.loads(local.text)
    assert answer.finish is Finish.STOP
    assert (answer.prompt_tokens, answer.completion_tokens) == (8, 0)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"{}", "MALFORMED"),
        (200, b'{"data": [{"embedding": "x"}]}', "MALFORMED"),
        (200, b'{"choices": [{"message": {"content": "hi"}}]}', "MALFORMED"),
        (200, b"not json", "MALFORMED"),
        (404, b"no such model", "NOT_FOUND"),
        (429, b"{}", "RATE_LIMITED"),
    ],
)
def test_what_is_no_embedding_is_a_named_trouble(status, body, kind):
    from evo.llm.embeddings import read

    assert read(status, {}, body, now=0.0).kind.name == kind
