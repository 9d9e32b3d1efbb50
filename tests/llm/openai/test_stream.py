"""Streams as endpoints send them: put together to what would have come whole, and cut off where they lead nowhere."""

import asyncio
import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.llm.mock.faults import BODY, Faults
from evo.llm.mock.server import MockServer, serving
from evo.llm.mock.stream import pieces
from evo.llm.model import LLMContext
from evo.llm.openai.options import OpenAI
from evo.llm.openai.responses import Reply, read, read_stream
from evo.llm.openai.stream import StreamedAnswer
from evo.llm.prices import Prices
from evo.llm.retry import ParkPolicy, RetryPolicy
from evo.llm.script import Script
from evo.llm.trouble import TroubleKind
from evo.records import Finish, Prompt, Request
from evo.rng import derive

WHOLE = {
    "model": "m",
    "choices": [{"message": {"role": "assistant", "content": "h\u00e9llo " * 40, "reasoning_content": "hm"},
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 7, "completion_tokens": 60},
}  # fmt: skip
USAGE = json.dumps({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}})


def events(*data):
    return "".join(f"data: {each}\n\n" for each in data).encode()


def delta(text, finish=None, **more):
    return json.dumps({"choices": [{"delta": {"content": text}, "finish_reason": finish}], **more})


def heard(*data, cap=1000):
    answer = StreamedAnswer(cap)
    for each in data:
        answer.feed(each)
    answer.close()
    return read_stream(answer, {}, now=0.0)


@given(cuts=st.lists(st.integers(0, 5000), max_size=6), ends=st.sampled_from(["\n", "\r\n"]))
def test_however_it_is_cut_it_is_the_whole_answer(cuts, ends):
    sent = events(*map(json.dumps, pieces(WHOLE, usage=True)), "[DONE]").replace(b"\n", ends.encode())
    sent = b": keep alive" + 2 * ends.encode() + sent
    marks = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    found = heard(*(sent[first:last] for first, last in pairwise(marks)))
    assert found == read(200, {}, json.dumps(WHOLE).encode(), now=0.0)


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (events(delta("half")), TroubleKind.RESET),
        (b"", TroubleKind.RESET),
        (events("<html>"), TroubleKind.MALFORMED),
        (events(delta("half"), json.dumps({"error": {"message": "broke", "code": 500}})), TroubleKind.OVERLOADED),
        (events(json.dumps({"error": {"message": "slow down", "code": 429}})), TroubleKind.RATE_LIMITED),
        (events(delta("", "error"), "[DONE]"), TroubleKind.ABORTED),
        (events(delta("", "stop"), "[DONE]"), TroubleKind.EMPTY),
    ],
)
def test_streams_that_are_no_answers(sent, kind):
    found = heard(sent)
    assert found.kind is kind
    assert found.paid or kind is TroubleKind.RATE_LIMITED


def test_usage_wherever_it_stands():
    for last in (USAGE, delta("", "stop", usage={"prompt_tokens": 7, "completion_tokens": 5})):
        found = heard(events(delta("a", usage={"prompt_tokens": 7, "completion_tokens": 1}), delta("b", "stop"), last))
        assert (found.text, found.prompt_tokens, found.completion_tokens) == ("ab", 7, 5)
    assert heard(events(delta("a", "stop"), "[DONE]")).completion_tokens is None


def test_a_runaway_is_cut_off():
    found = heard(*(events(delta("x")) for _ in range(200)), cap=20)
    assert isinstance(found, Reply)
    assert (found.finish, found.completion_tokens) == (Finish.LENGTH, None)


def request(ticket):
    prompt = Prompt(system="s", user=f"u{ticket}")
    return Request(purpose="propose", subject=str(ticket), prompt=prompt, seed=derive(0, "p", ticket), llm="fast")


def ask(*faults, tickets=1, **options):
    """Return the answers, what became known of the model, and the server's own count."""

    async def go():
        server = MockServer(
            client=Script(answers=("Say it.\n" * 30,)).connect(LLMContext(role="m", ideas=None, seed=0)),
            faults=Faults(sequence=faults),
        )
        async with serving(server) as url:
            base = {
                "retry": RetryPolicy(tries=4, wait_seconds=0.01, wait_max_seconds=0.02),
                "park": ParkPolicy(failures=9),
                "prices": Prices(input=1.0, output=2.0),
                "max_tokens": 200,
            }
            model = OpenAI(model="m", base_url=url, **(base | options))
            client = model.connect(LLMContext(role="fast", ideas=None, seed=0))
            try:
                answers = [await client.complete(request(ticket)) for ticket in range(tickets)]
            finally:
                await client.close()
            return answers, client.refused

    return asyncio.run(go())


@pytest.mark.parametrize(
    "fault", ["ok", *(each for each in BODY if each not in {"huge", "no_credit_in_200"}), "reset", "sse"]
)
def test_the_same_answer_streamed_or_not(fault):
    streamed, whole = ask(fault, stream=True)[0], ask(fault, stream=False)[0]
    assert [each.text for each in streamed] == [each.text for each in whole]
    assert [each.finish for each in streamed] == [each.finish for each in whole]
    assert [each.cost_usd for each in streamed] == [each.cost_usd for each in whole]


def test_a_stream_that_stands_still_has_a_limit_of_its_own():
    (answer,), _ = ask("stall", "stall", stream=True, idle_seconds=0.2)
    assert "nothing more within idle_seconds, after 64 characters" in answer.detail
    (answer,), _ = ask("hang", "hang", stream=True, first_byte_seconds=0.2)
    assert "nothing whole within first_byte_seconds" in answer.detail


def test_a_stream_that_breaks_off_is_tried_again_and_paid():
    (answer,), _ = ask("stream_error", stream=True)
    assert (answer.finish, answer.estimated) == (Finish.STOP, True)


def test_a_stream_without_an_end_is_cut_off_at_the_cap():
    (answer,), _ = ask("endless", stream=True)
    assert (answer.finish, answer.estimated) == (Finish.LENGTH, True)
    assert answer.completion_tokens >= 200


def test_auto_streams_for_models_that_think_and_falls_back_where_that_is_refused():
    asked = []

    async def go(words):
        from aiohttp import web

        async def chat(http):
            body = await http.json()
            asked.append(body.get("stream", False))
            if words and asked[-1] == (words == "Unsupported parameter: stream"):
                return web.json_response({"error": {"message": words}}, status=400)
            if asked[-1]:
                return web.Response(body=events(delta("x", "stop"), USAGE, "[DONE]"), content_type="text/event-stream")
            return web.json_response(WHOLE)

        app = web.Application()
        app.router.add_post("/v1/chat/completions", chat)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        effort = "high" if words != "stream must be set to true" else None
        model = OpenAI(model="m", base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/v1", reasoning_effort=effort)
        client = model.connect(LLMContext(role="fast", ideas=None, seed=0))
        answers = [await client.complete(request(ticket)) for ticket in range(2)]
        await client.close()
        await runner.cleanup()
        return [each.finish for each in answers], client.refused

    assert asyncio.run(go("")) == ([Finish.STOP] * 2, ())
    assert asyncio.run(go("Unsupported parameter: stream"))[1][0] == "stream"
    assert asyncio.run(go("stream must be set to true"))[1] == ("streams",)
    assert asked == [True, True, True, False, False, False, True, True]
