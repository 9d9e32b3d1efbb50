"""A run whose judge asks a model: stored, shared, bounded, taken up and executed again without anybody being asked."""

import asyncio
import json
import sqlite3

import pytest

from evo.assemble.check import check_config
from evo.assemble.estimate import estimated
from evo.assemble.replay import executing
from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.errors import SpecError
from evo.store.reading.view import open_run

PROBLEM = """
name: words
summary: a text that makes a model say much
language: text
pipeline: text
program: {entry: text, file: text.txt}
objective: {name: length, direction: maximize}
asks: {questions: 3, max_tokens: 40, prompt_kb: 1}
holdout: hidden
params: {about: [bread, rain]}
instances:
  open: {}
  hidden: {params: {about: [wine]}, secret: true}
default_instance: open
"""
JUDGE = """
from evo.judging import ask_all, draw_seed

def evaluate(output, params):
    replies = ask_all([f"Say {word}." for word in params["about"]], system=output)
    return {"objective": float(sum(map(len, replies))), "metrics": {"seed": float(draw_seed("x", params) % 7)}}
"""
MODEL = """
from dataclasses import dataclass
from evo.llm.model import LLM, Free, ModelFacts
from evo.llm.prices import Prices
from evo.records import Completion, Finish
from pathlib import Path

@dataclass(frozen=True, kw_only=True)
class Small(LLM):
    log: str
    price: float = 0.0

    @property
    def facts(self):
        return ModelFacts(prices=Prices(input=self.price, output=self.price), model="small-1", max_tokens=40)

    def connect(self, context):
        return Client(self)

class Client:
    def __init__(self, model):
        self.model = model

    async def complete(self, request):
        path = Path(self.model.log)
        with path.open("a") as file:
            print(request.prompt.user, file=file)
        if path.with_suffix(".down").exists():
            return Completion(text="", finish=Finish.ERROR, detail="down for now", prompt_tokens=1)
        return Completion(text="la " * len(request.prompt.system.split()), prompt_tokens=10, completion_tokens=5)

    async def close(self):
        pass
"""
ANSWERS = [f"{'More ' * k}words.\n\n```\n{' '.join(['sing'] * k)}\n```\n" for k in range(1, 7)]


def config(folder, *, problem=PROBLEM, judged="evaluate: {ask: small}", budget="{tickets: 6}", price=0.0):
    for name, text in (
        ("words/problem.yaml", problem),
        ("words/evaluate.py", JUDGE),
        ("words/brief.md", "Sing."),
        ("words/seeds/one.txt", "sing\n"),
        ("model.py", MODEL),
        (
            "mine.yaml",
            "\n".join(
                [
                    f"problem: {folder}/words",
                    f"budget: {budget}",
                    "emitters: [rewrite]",
                    "executor: {sandbox: none}",
                    judged,
                    "schedule: {draws: 1}",
                    "llms:",
                    f"  fast: {json.dumps({'use': 'script', 'answers': ANSWERS})}",
                    f"  small: {{use: '{folder}/model.py:Small', log: '{folder}/asked.txt', price: {price}}}",
                ]
            ),
        ),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "mine.yaml"


def go(opening):
    async def whole():
        async with opening as search:
            async for _ in search:
                pass
        return search

    return asyncio.run(whole())


def begin(tmp_path, **changes):
    return go(start(load_run(config(tmp_path, **changes)), runs_dir=tmp_path / "runs"))


def asked(tmp_path):
    path = tmp_path / "asked.txt"
    return path.read_text().split("\n")[:-1] if path.exists() else []


def again(folder):
    async def whole():
        async with executing(folder) as execution:
            return await execution.run(lambda *_: None)

    return asyncio.run(whole())


def test_a_score_rests_on_stored_answers_and_is_made_again_without_the_model(tmp_path):
    search = begin(tmp_path)
    assert search.run_state == "finished", search.stop_reason
    assert search.state.best.objective == 2 * 3 * max(len(text.split("```")[1].split()) for text in ANSWERS[:6])
    questions = asked(tmp_path)
    # Two questions for each of six programs, and one of the hold-out; the best is run twice more for nothing.
    assert len(questions) == 2 * search.state.valid + 1
    assert "hold-out words/hidden: " in search.holdout
    with open_run(search.folder) as view:
        spend = view.status()["spend"]
    assert spend["purpose"]["ask"]["answers"] == len(questions)
    assert spend["role"]["small"]["prompt_tokens"] == 10 * len(questions)
    (tmp_path / "asked.down").touch()
    found = again(search.folder)
    assert found.difference is None
    assert found.hash == search.state.hash
    assert asked(tmp_path) == questions


def test_a_model_that_is_down_pauses_the_run_which_then_goes_on(tmp_path):
    config(tmp_path)
    (tmp_path / "asked.down").touch()
    search = begin(tmp_path)
    assert search.run_state == "paused"
    assert "small gave no answer to the judge" in search.stop_reason
    assert search.state.seq == -1
    (tmp_path / "asked.down").unlink()
    before = len(asked(tmp_path))
    search = go(resume(search.folder))
    assert search.run_state == "finished"
    assert len(asked(tmp_path)) == before + 2 * search.state.valid + 1
    assert search.state.hash == begin(tmp_path / "other").state.hash
    assert again(search.folder).difference is None
    with sqlite3.connect(search.folder / "run.db") as database:
        (failed,) = database.execute("SELECT count(*) FROM answers WHERE finish = 'error'").fetchone()
    # What was in flight when the run paused was taken back.
    assert 3 <= failed <= before


def test_the_budget_is_a_hard_stop_and_no_answer_is_cut_for_it(tmp_path):
    search = begin(tmp_path, budget="{usd: 0.00015, tickets: 6}", price=1.0)
    assert (search.run_state, search.stop_reason) == ("finished", "usd")
    with open_run(search.folder) as view:
        status = view.status()
    assert 0 < status["cost_usd"] <= 0.00015
    assert 0 < status["valid"] < 6
    assert again(search.folder).difference is None


def test_who_is_to_be_asked_has_to_be_said(tmp_path):
    path = config(tmp_path, judged="")
    with pytest.raises(SpecError, match=r"evaluate.*judge of words/open asks a model; expected which of llms"):
        check_config(path)
    path = config(tmp_path, judged="evaluate: {ask: smal}")
    with pytest.raises(SpecError, match=r"evaluate\.ask: no 'smal' among llms"):
        load_run(path)


def test_what_will_be_asked_is_said_and_estimated(tmp_path):
    path = config(tmp_path, price=2.0)
    said = " ".join(check_config(path).remarks)
    assert "the judge of words/open asks small (small-1) up to 3 questions of 1 kB and answers of 40 tokens" in said
    assert "at most 0.00624 usd" in said
    found = estimated(load_run(path), tmp_path / "runs")
    (share,) = [each for each in found.shares if each.role == "small"]
    assert (share.calls, share.answer_tokens) == (18, 40)
    assert share.prompt_tokens >= 1000
