"""A model of somebody else's in a whole run: its key is nowhere, its money is bounded and charged, its faults pause."""

import asyncio
import json
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest

from evo.assemble import estimate as estimate_module
from evo.assemble.estimate import estimated
from evo.assemble.replay import executing
from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.component import Component
from evo.config.run import RunSpec, ScheduleSpec
from evo.config.sections import BudgetSpec
from evo.errors import ConflictError, LLMError, SpecError
from evo.evaluate.stages.stage import StageContract
from evo.execute.local import Local
from evo.llm.model import LLM, ModelFacts
from evo.llm.prices import Prices
from evo.records import Completion, Finish
from evo.store.folder import DIAGNOSTICS
from tests.faults.test_secrets import nowhere

ROOT = Path(__file__).parents[2]
SEED = (ROOT / "problems" / "circle_packing" / "seeds" / "ring.py").read_text()
KEY = "sk-CANARY-0123456789abcdef"
NAME = "EVO_TEST_KEY"
PRICES = {"input": 1.0, "output": 4.0}


class EchoClient:
    """Says the key in every way that it can."""

    def __init__(self, options, context):
        self.options, self.context = options, context

    async def complete(self, request):
        key, ticket = os.environ[NAME], int(request.subject) if request.subject.isdecimal() else 0
        self.context.learnt(f"parameter {key}")
        assert key not in request.prompt.system + request.prompt.user
        if ticket >= self.options.breaks_at:
            raise RuntimeError(f"401 for {key}")
        if request.purpose == "judge":
            return Completion(text=json.dumps({"clarity": 3, "reason": f"because {key}"}), model=key)
        if ticket % 4 == 3:
            return Completion(text="", finish=Finish.ERROR, detail=f"refused {key}", prompt_tokens=7)
        text = f"The key is {key}.\n\n```python\n{SEED}\n# {ticket} {key}\n```\n"
        return Completion(text=text, model=f"m {key}")

    async def close(self):
        raise RuntimeError(f"cannot close {os.environ[NAME]}")


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """No facts, no check: only options and `connect`."""

    token_env: str = NAME
    breaks_at: int = 10**6

    def connect(self, context):
        return EchoClient(self, context)


@dataclass(frozen=True, kw_only=True)
class Known(LLM):
    """One that tells what it costs, and holds its key by value."""

    api_key: str
    token_env: str = NAME
    prices: Prices | None = None
    breaks_at: int = 10**6

    @property
    def facts(self):
        return ModelFacts(secrets=(self.api_key,), prices=self.prices, max_tokens=2000, model="known")

    def connect(self, context):
        return EchoClient(self, context)


@pytest.fixture(autouse=True)
def models_of_mine(monkeypatch):
    monkeypatch.setenv(NAME, KEY)


STRANGERS = {"stranger": f"{__name__}:Stranger", "known": f"{__name__}:Known"}


def spec(use="stranger", *, budget=None, problem="circle_packing/26", pipeline=None, **options):
    return RunSpec(
        problem=problem,
        params=MappingProxyType({"work": 1}),
        pipeline=pipeline,
        budget=budget or BudgetSpec(tickets=9),
        executor=Local(sandbox="none"),
        schedule=ScheduleSpec(slots=2),
        emitters=(Component(use="rewrite", options=MappingProxyType({"llm": "fast"})),),
        llms=MappingProxyType({"fast": Component(use=STRANGERS.get(use, use), options=MappingProxyType(options))}),
    )


def go(asked, folder):
    async def whole():
        async with start(asked, runs_dir=folder) as search:
            async for _ in search:
                pass
        return search

    return asyncio.run(whole())


def go_on(folder, *settings):
    async def whole():
        async with resume(folder, settings) as search:
            async for _ in search:
                pass
        return search

    return asyncio.run(whole())


def answers(folder):
    """Return (subject, prompt tokens, completion tokens, usd, estimated) of every stored answer."""
    connection = sqlite3.connect(folder / "run.db")
    columns = "subject, prompt_tokens, completion_tokens, cost_usd, estimated"
    found = connection.execute(f"SELECT {columns} FROM answers ORDER BY CAST(subject AS INT)").fetchall()
    connection.close()
    return found


def test_the_key_of_a_stranger_is_nowhere(tmp_path):
    problem = tmp_path / "told" / "circle_packing"
    problem.parent.mkdir()
    for path in (ROOT / "problems" / "circle_packing").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            target = problem / path.relative_to(ROOT / "problems" / "circle_packing")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    with (problem / "brief.md").open("a") as brief:
        brief.write(f"\nAsk with {KEY}.\n")
    (tmp_path / "judged.yaml").write_text(
        "stages:\n  syntax: {use: syntax}\n  call: {use: call, upstream: [syntax]}\n"
        "  source_metrics: {use: source_metrics, upstream: [syntax]}\n  score: {use: score, upstream: [call]}\n"
        "  opinion: {use: llm_judge, upstream: [score], llm: fast, question: Clear?,\n"
        "            scores: {clarity: {low: 0, high: 9}}}\n"
    )
    runs = tmp_path / "runs"
    asked = spec(problem=f"{problem}/26", pipeline=str(tmp_path / "judged.yaml"))
    search = go(asked, runs)
    assert search.run_state == "finished"
    assert b"[redacted]" in nowhere(runs)
    assert "cannot close [redacted]" in (search.folder / DIAGNOSTICS).read_text()
    assert go_on(search.folder, "budget.tickets=12").run_state == "finished"
    nowhere(runs)

    async def again():
        async with executing(search.folder) as execution:
            return await execution.run(lambda *_: None)

    verified = asyncio.run(again())
    assert (verified.commits, verified.difference) == (12, None)


def test_what_a_stranger_raises_pauses_the_run_without_its_key(tmp_path):
    search = go(spec(breaks_at=5), tmp_path)
    assert search.run_state == "paused"
    assert "llms.fast (EchoClient), asked for propose 5: RuntimeError at test_models.py:" in search.stop_reason
    assert "401 for [redacted]" in search.stop_reason
    nowhere(tmp_path)


def test_a_key_by_value_is_not_written_down(tmp_path):
    key = 'sk-"quoted\\ ä 0123456789'
    search = go(spec("known", api_key=key), tmp_path)
    saved = (search.folder / "run.yaml").read_text()
    assert "api_key: '[redacted]'" in saved or 'api_key: "[redacted]"' in saved
    assert "0123456789" not in saved
    assert "0123456789" not in search.header.spec


def test_a_budget_in_usd_needs_prices_whoever_answers(tmp_path):
    budget = BudgetSpec(tickets=9, usd=1.0)
    with pytest.raises(SpecError, match=r"budget.usd needs prices.*expected facts with prices=Prices") as caught:
        go(spec(budget=budget), tmp_path)
    assert KEY not in str(caught.value)
    with pytest.raises(SpecError, match=r"expected prices: \{input: ..., output: ...\}"):
        go(spec("known", budget=budget, api_key=KEY), tmp_path)
    assert not any(tmp_path.iterdir())
    assert go(spec("offline", budget=budget), tmp_path).run_state == "finished"


def test_what_a_stranger_costs_is_charged_stored_and_the_same_after_a_resume(tmp_path):
    known = {"api_key": "none", "prices": PRICES}
    whole = go(spec("known", budget=BudgetSpec(tickets=12, usd=1.0), **known), tmp_path / "whole")
    parts = go(spec("known", budget=BudgetSpec(tickets=7, usd=1.0), **known), tmp_path / "parts")
    parts = go_on(parts.folder, "budget.tickets=12")
    found = answers(whole.folder)
    assert found == answers(parts.folder)
    for _, prompt, completion, usd, _ in found:
        assert usd == pytest.approx((prompt * 1.0 + completion * 4.0) / 1e6)
    assert [(row[0], row[4]) for row in found] == [(str(n), int(n % 4 != 3)) for n in range(3, 12)]
    assert min(row[3] for row in found) > 0
    # A budget that pays for some of them ends both at one ticket, in one go or taken up in between.
    usd = sum(row[3] for row in found[:3]) + 0.02
    bounded = go(spec("known", budget=BudgetSpec(tickets=12, usd=usd), **known), tmp_path / "bounded")
    assert (bounded.run_state, bounded.stop_reason) == ("finished", "usd")
    first = go(spec("known", budget=BudgetSpec(tickets=5, usd=usd), **known), tmp_path / "halves")
    second = go_on(first.folder, "budget.tickets=12")
    assert (second.run_state, second.stop_reason) == ("finished", "usd")
    assert answers(second.folder) == answers(bounded.folder)
    assert sum(row[3] for row in answers(bounded.folder)) <= usd


def test_tokens_are_bounded_for_strangers_too(tmp_path):
    search = go(spec(budget=BudgetSpec(tickets=12, tokens=30_000)), tmp_path)
    assert (search.run_state, search.stop_reason) == ("finished", "tokens")
    assert 0 < sum(row[1] + row[2] for row in answers(search.folder)) <= 30_000


def test_an_estimate_rests_on_facts(tmp_path):
    def share(asked):
        return estimated(asked, tmp_path).shares[0]

    stranger = share(spec())
    assert (stranger.model, stranger.usd_a_call, stranger.answer_tokens) == ("stranger", None, 8192)
    known = share(spec("known", api_key=KEY, prices=PRICES))
    assert (known.model, known.answer_tokens) == ("known", 2000)
    assert known.usd_a_call == pytest.approx((known.prompt_tokens + 4 * 2000) / 1e6)


class Asks:
    """A stage that asks a model and does not say what."""

    use = "asks"
    contract = StageContract(asks=("fast",))


def test_a_stage_that_does_not_say_what_it_asks_has_no_bound(tmp_path, monkeypatch):
    graph = SimpleNamespace(nodes=[SimpleNamespace(name="odd", stage=Asks())])
    known = estimate_module._by_stages
    monkeypatch.setattr(estimate_module, "_by_stages", lambda _, problem, seed: known(graph, problem, seed))
    found = estimated(spec("known", api_key=KEY, prices=PRICES), tmp_path)
    assert [(share.what, share.calls) for share in found.shares] == [("rewrite", 24), ("stage odd", None)]
    assert (found.calls, found.tries_usd, found.usd) == (None, None, None)


def mixed(**members):
    llms = {"fast": Component(use="ensemble", options=MappingProxyType({"members": members}))}
    llms |= {"a": Component(use=STRANGERS["stranger"]), "b": Component(use="offline")}
    return RunSpec(problem="circle_packing/26", budget=BudgetSpec(tickets=9, usd=1.0), llms=MappingProxyType(llms))


def test_an_ensemble_answers_for_its_members(tmp_path):
    with pytest.raises(SpecError, match="no model 'c'; there are a, b"):
        go(mixed(a=1.0, c=1.0), tmp_path)
    with pytest.raises(SpecError, match=r"budget\.usd needs prices"):
        go(mixed(a=1.0, b=1.0), tmp_path)


@dataclass(frozen=True, kw_only=True)
class Narrow(LLM):
    """One whose context its own answer fills."""

    @property
    def facts(self):
        return ModelFacts(context_tokens=4000)

    def connect(self, context):
        raise AssertionError("it is refused before")


def test_a_context_without_room_is_refused(tmp_path):
    with pytest.raises(SpecError, match="context_tokens = 4000 has no room for a prompt beside an answer of 8192"):
        go(spec(f"{__name__}:Narrow"), tmp_path)


def test_a_model_that_cannot_be_connected(tmp_path, monkeypatch):
    def fail(self, context):
        raise KeyError(f"no {KEY}")

    monkeypatch.setattr(Stranger, "connect", fail)
    with pytest.raises(LLMError, match=r"llms.fast \(Stranger\), connected: KeyError at .*no \[redacted\]"):
        go(spec(), tmp_path)
    with pytest.raises(ConflictError):
        go_on(next(tmp_path.glob("*/")), "seed=5")
