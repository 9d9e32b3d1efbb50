"""`evo run --estimate`: what a run can cost at most, said without starting or asking anything."""

import asyncio
import json
import socket

import pytest

from evo.assemble.estimate import estimated
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.llm.prices import worst_prompt_tokens
from evo.records import Request
from evo.store import rows, schema
from evo.store.reading.view import open_run
from tests.faults.rig import ROOT
from tests.faults.test_runs import stored

OPENAI = str(ROOT / "configs" / "openai.yaml")


def data(evo, tmp_path, *settings, config=OPENAI):
    words = [word for each in settings for word in ("--set", each)]
    result = evo("run", config, "--estimate", "--json", *words, "--runs-dir", tmp_path / "runs")
    assert result.code == 0
    assert not (tmp_path / "runs").exists()
    return json.loads(result.out)


ADVISED = """
problem: circle_packing/26
params: {work: 1}
budget: {tickets: 40}
executor: {sandbox: none}
islands:
  count: 2
  each:
    - emitters: [{use: diff, llm: fast}]
    - emitters: [{use: rewrite, llm: slow}, {use: tune}]
tactics: {patience: 6, tickets: 4, llm: slow}
notes: {every: 15, llm: fast}
novelty: {embedding: {llm: fast}}
insights: {llm: fast}
llms: {fast: {use: offline}, slow: {use: offline}}
"""


@pytest.fixture
def alone(monkeypatch):
    """No key, and no socket either."""
    monkeypatch.delenv("MY_KEY", raising=False)

    def refuse(*_, **__):
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.mark.usefixtures("alone")
def test_calls_prompts_prices_and_budgets(evo, tmp_path):
    found = data(evo, tmp_path, "mix=weights")
    assert (found["calls"], found["usd"], found["bound"]) == (5 * 997, 5.0, "budget.usd"), "four draws, one second turn"
    diff, rewrite, _, *again = found["shares"]
    assert (diff["role"], rewrite["model"]) == ("fast", "strong-model")
    assert diff["expected_calls"] == pytest.approx(997 * 6 / 11)
    assert diff["usd_a_call"] == pytest.approx((diff["prompt_tokens"] * 0.25 + 8192 * 2) / 1e6)
    assert [(share["what"], share["role"]) for share in again] == [("second turn", "fast"), ("second turn", "strong")]
    second = max(share["usd_a_call"] for share in again)
    dearest = 4 * rewrite["usd_a_call"] + second
    assert found["tries_usd"] == pytest.approx(997 * 6 * dearest)
    assert data(evo, tmp_path, "answers.second_turn=false", "schedule.draws=2")["calls"] == 2 * 997
    assert data(evo, tmp_path, "schedule.paid_draws=false")["calls"] == 2 * 997
    assert 0 < found["first_usd"] < found["tries_usd"] / 6
    free = data(evo, tmp_path, "budget.usd=null")
    assert (free["usd"], free["bound"]) == (pytest.approx(found["tries_usd"] + 997 * 6 * 3 * second), "calls")
    tokens = data(evo, tmp_path, "budget.usd=null", "budget.tokens=1000000")
    assert (tokens["usd"], tokens["bound"]) == (10.0, "budget.tokens")
    endless = data(evo, tmp_path, "budget={seconds: 60, tickets: null, usd: null}")
    assert (endless["calls"], endless["usd"], endless["bound"]) == (None, None, "")
    once = data(evo, tmp_path, "budget.usd=null", "llms.strong.retry={tries: 1}", "llms.fast.retry={tries: 1}")
    assert once["tries_usd"] == pytest.approx(free["tries_usd"] / 6)
    assert data(evo, tmp_path, "mix=ucb1")["first_usd"] is None, "a bandit's shares are not known beforehand"


@pytest.mark.usefixtures("alone")
def test_whether_the_longest_prompt_fits(evo, tmp_path):
    fits = {
        context: data(evo, tmp_path, f"llms.strong.context_tokens={context}")["shares"][1]["fits"]
        for context in ("null", 8_300, 128_000, 1_000_000)
    }
    small = data(evo, tmp_path, "prompts.tokens.total=5000")["shares"]
    assert all(share["prompt_tokens"] <= 3 * (5000 + 64) for share in small), "prompts are kept within their room"
    assert fits == {"null": "unknown", 8_300: "no", 128_000: "probably", 1_000_000: "yes"}


@pytest.mark.usefixtures("alone")
def test_what_people_read(evo, tmp_path):
    said = evo(
        "run", OPENAI, "--estimate", "--set", "llms.fast.context_tokens=8300", "--runs-dir", tmp_path / "runs"
    ).out
    for words in ("At most 4985 model calls; at most 5 usd: budget.usd is never passed.", "DOES NOT FIT 8300"):
        assert words in said
    said = evo("run", "smoke", "--estimate").out
    assert "they cost nothing: no model here has a price" in said
    said = evo("run", OPENAI, "--estimate", "--set", "llms.fast.prices=null", "--set", "budget.usd=null").out
    assert "a model has no prices" in said
    assert evo("run", "smoke", "--json").code == 2


def test_a_run_asks_nothing_longer_and_costs_no_more(tmp_path):
    critic = "critic: {use: script, answers: ['{\"clarity\": 3}']}"
    (tmp_path / "judged.yaml").write_text(
        "stages:\n  syntax: {use: syntax}\n  call: {use: call, upstream: [syntax]}\n"
        "  source_metrics: {use: source_metrics, upstream: [syntax]}\n  score: {use: score, upstream: [call]}\n"
        "  opinion: {use: llm_judge, upstream: [score], llm: critic, question: Clear?, tries: 2,\n"
        "            scores: {clarity: {low: 0, high: 9}}}\n"
    )
    (tmp_path / "mine.yaml").write_text(
        "problem: circle_packing/26\npipeline: judged.yaml\nparams: {work: 1}\nbudget: {tickets: 16}\n"
        "executor: {sandbox: none}\nemitters: [{use: diff}, {use: crossover}, {use: repair}, {use: scratch}]\n"
        f"llms: {{fast: offline, {critic}}}\ninsights: {{arm: 0.8}}\nprompts: {{lineage: full}}\n"
    )
    spec = load_run(tmp_path / "mine.yaml")
    found = estimated(spec, tmp_path / "runs")
    kinds = ["diff", "crossover", "repair", "scratch", "insight", "stage opinion"]
    assert [share.what for share in found.shares] == kinds
    assert found.calls == 4 * 13 + 16 + 2 * 16, "four draws; a program is analysed once at most"

    async def whole():
        async with start(spec, runs_dir=tmp_path / "runs") as search:
            async for _ in search:
                pass
        return search.folder

    most = {share.what: share.prompt_tokens for share in found.shares}
    first = {share.what: share.first_tokens for share in found.shares}
    folder = asyncio.run(whole())
    for subject, prompt, _ in stored(folder):
        if not subject.isdecimal():
            kind = "insight" if "Operator: insight" in prompt.user else "stage opinion"
            request = Request(purpose="", subject="", prompt=prompt, seed=0, llm="")
            assert worst_prompt_tokens(request) <= most[kind]
    with open_run(folder) as view:
        for commit in view.commits():
            asked = view.answer(commit)
            if asked:
                request = Request(purpose="", subject="", prompt=asked[0], seed=0, llm="")
                operator = commit.proposal.operator
                assert worst_prompt_tokens(request) <= most[operator]
                assert worst_prompt_tokens(request) / 4 < 3 * first[operator]
        spent = view.status()["spend"]["purpose"]
        assert spent["judge"]["answers"] <= 2 * 16
        assert 0 < spent["insight"]["answers"] <= 16


def test_whatever_a_run_may_ask_is_counted(tmp_path):
    (tmp_path / "mine.yaml").write_text(ADVISED)
    spec = load_run(tmp_path / "mine.yaml")
    said = {(share.what, share.role): share for share in estimated(spec, tmp_path).shares}
    assert {what: share.calls for (what, _), share in said.items()} == {
        **dict.fromkeys(("diff", "rewrite", "tactic"), 4 * 37),
        "for a tactic": 40 // 6,
        "for a note": 40 // 15,
        "insight": 40,
        "embedding": 40,
    }

    async def live():
        async with start(spec, runs_dir=tmp_path / "runs") as search:
            async for _ in search:
                pass
        return search.folder

    folder = asyncio.run(live())
    names = {"tactic": "for a tactic", "note": "for a note"}
    with open_run(folder) as view:
        operators = {str(commit.ticket): commit.proposal.operator for commit in view.commits()}
    engine = schema.engine_for(folder / "run.db", write=False)
    with engine.connect() as connection:
        asked = connection.execute(schema.answers.select()).all()
    engine.dispose()
    assert {row.purpose for row in asked} == {"propose", "tactic", "note", "insight", "embedding"}
    for row in asked:
        what = operators[row.subject] if row.purpose == "propose" else names.get(row.purpose, row.purpose)
        prompt = rows.prompt(row)
        assert len(prompt.system) + len(prompt.user) <= said[what, row.llm].prompt_tokens
