from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from evo.errors import EvoError
from evo.llm.model import LLMContext
from evo.llm.script import Script
from evo.records import Finish, Prompt, Request
from evo.rng import derive

CONTEXT = LLMContext(role="fast", ideas=None, seed=0)


def request(subject: int | str, seed: int = 0) -> Request:
    prompt = Prompt(system="s", user="u")
    return Request(
        purpose="propose", subject=str(subject), prompt=prompt, seed=derive(seed, "propose", subject), llm="fast"
    )


def ask(script: Script, *subjects: int | str):
    async def run():
        client = script.connect(CONTEXT)
        answers = await asyncio.gather(*(client.complete(request(subject)) for subject in subjects))
        await client.close()
        return answers

    return asyncio.run(run())


def test_answers_go_by_ticket_and_not_by_order():
    script = Script(answers=("a", "b", "c"))
    assert [answer.text for answer in ask(script, 4, 0, 3, 1, 2)] == ["b", "a", "a", "b", "c"]


def test_other_subjects_get_a_fixed_answer_too():
    script = Script(answers=("a", "b", "c"))
    assert ask(script, "77e19c") == ask(script, "77e19c")


def test_no_answers_say_nothing():
    assert ask(Script(), 1)[0].text == ""


def test_faults_come_at_their_rates_and_again_on_the_same_requests():
    faults = {"timeout": 0.1, "error": 0.1, "refusal": 0.1, "truncated": 0.1, "empty": 0.1, "garbage": 0.1}
    script = Script(answers=("the answer",), faults=faults)
    first, second = ask(script, *range(600)), ask(script, *range(600))
    assert first == second
    finishes = Counter(answer.finish for answer in first)
    assert 80 <= finishes[Finish.ERROR] <= 160
    assert 35 <= finishes[Finish.REFUSAL] <= 90
    assert 35 <= finishes[Finish.LENGTH] <= 90
    assert all(answer.detail for answer in first if answer.finish is Finish.ERROR)
    texts = Counter(answer.text for answer in first if answer.finish is Finish.STOP)
    assert texts["the answer"] > 180
    assert texts[""] > 30
    assert len(texts) > 30


def test_latency_is_waited_for_and_calls_overlap():
    async def run():
        client = Script(answers=("a",), latency_seconds=0.05, jitter=0.1).connect(CONTEXT)
        loop = asyncio.get_running_loop()
        before = loop.time()
        await asyncio.gather(*(client.complete(request(ticket)) for ticket in range(20)))
        return loop.time() - before

    assert 0.04 <= asyncio.run(run()) < 0.8


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"faults": {"timeuot": 0.1}}, "did you mean timeout"),
        ({"faults": {"error": 1.5}}, r"\[0, 1\]"),
        ({"faults": {"error": 0.6, "empty": 0.6}}, "add up"),
        ({"latency_seconds": -1.0}, "0 or more"),
        ({"jitter": float("nan")}, "0 or more"),
    ],
)
def test_wrong_options_are_refused(options, words):
    with pytest.raises(EvoError, match=words):
        Script(**options)
