from __future__ import annotations

import asyncio

from evo.llm.answer_log import Recorded
from evo.records import Completion, Finish, Prompt, Request


class Log:
    """An AnswerLog that takes its time to become durable."""

    def __init__(self):
        self.answers, self.events = {}, []

    def find(self, request):
        return self.answers.get(request.hash)

    async def save(self, request, completion):
        self.events.append("saving")
        await asyncio.sleep(0.01)
        self.answers[request.hash] = completion
        self.events.append("saved")


class Client:
    def __init__(self, answer):
        self.answer, self.asked, self.closed = answer, 0, 0

    async def complete(self, request):
        self.asked += 1
        return self.answer

    async def close(self):
        self.closed += 1


REQUEST = Request(purpose="propose", subject="1", prompt=Prompt(system="s", user="u"), seed=1, llm="fast")


def test_an_answer_is_durable_before_it_is_seen_and_never_asked_for_twice():
    async def run():
        log, client = Log(), Client(Completion(text="hello", cost_usd=0.1))
        recorded = Recorded(client, log)
        first = await recorded.complete(REQUEST)
        log.events.append("seen")
        again = await Recorded(client, log).complete(REQUEST)
        await recorded.close()
        return log, client, first, again

    log, client, first, again = asyncio.run(run())
    assert log.events == ["saving", "saved", "seen"]
    assert first == again == Completion(text="hello", cost_usd=0.1)
    assert (client.asked, client.closed) == (1, 1)


def test_what_is_stored_is_sanitised():
    dirty = Completion(text="a\r\n\ud800\x1b[0m", finish=Finish.ERROR, detail="\x00why")
    answer = asyncio.run(Recorded(Client(dirty), Log()).complete(REQUEST))
    assert (answer.text, answer.detail, answer.finish) == ("a\n\\ud800", "why", Finish.ERROR)


def test_thoughts_are_kept_without_secrets_and_control_characters():
    said = Completion(text="x", thoughts="the key is sk-secret-123456\x1b[0m\ud800")
    log = Log()
    answer = asyncio.run(Recorded(Client(said), log, secrets=["sk-secret-123456"]).complete(REQUEST))
    assert "sk-secret" not in answer.thoughts
    assert answer.thoughts.startswith("the key is ")
    assert answer.thoughts.endswith("\\ud800")


def test_a_cancelled_call_stores_nothing():
    class Slow(Client):
        async def complete(self, request):
            await asyncio.sleep(60)
            return self.answer

    async def run():
        log = Log()
        task = asyncio.create_task(Recorded(Slow(Completion(text="x")), log).complete(REQUEST))
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return task.cancelled(), log.answers

    assert asyncio.run(run()) == (True, {})
