"""Every row of the fault table against a real server in its own process: what comes out, and after how many calls."""

import asyncio
import time
from dataclasses import replace

import pytest

from evo.errors import LLMError
from evo.llm.budget import Ledger
from evo.llm.ensemble import Ensemble
from evo.llm.openai.settings import EndpointSpec
from evo.llm.prices import worst_prompt_tokens
from evo.llm.retry import ParkPolicy, RetryPolicy
from evo.records import Finish
from tests.faults.rig import CANARY, KEY_NAME, PARK, RETRY, ask, context, options, request

TEXT = "Say it.\n\n```python\nx = 1\n```\n"
WORST_USD = (worst_prompt_tokens(request()) + 2 * 100) / 1e6


@pytest.mark.parametrize(
    "fault",
    [
        *("rate_limit", "rate_limit_ms", "rate_limit_date", "rate_limit_bare", "rate_limit_in_200"),
        *("error_500", "error_502", "error_503", "error_529", "error_in_200", "error_408", "error_504", "error_524"),
        "finish_error",
        *("html", "truncated_json", "no_choices", "null_choices", "no_message", "null_content"),
        *("reset", "reset_early", "hang", "drip"),
    ],
)
def test_what_may_pass_is_tried_again(serve, fault):
    server = serve("--sequence", fault)
    silent = {"total_seconds": 2.0} if fault in {"hang", "drip"} else {}
    answer = ask(options(server.url, **silent))[0]
    assert (answer.text, answer.finish, answer.detail) == (TEXT, Finish.STOP, "")
    assert server.requests == 2


@pytest.mark.parametrize(
    ("fault", "requests", "words"),
    [
        ("context", 1, "prompt longer than the context"),
        ("bad_request", 1, "request rejected: 400"),
        ("huge", 1, "answer too large"),
        ("null_content", 2, "empty answer"),
        ("error_500", 4, "server error: 500"),
        ("finish_error", 4, "answer broken off: the model stopped with 'error'"),
        # What may have been paid is tried half as often.
        ("html", 2, "malformed answer: expected a JSON object; got text/html: Please sign in to the network."),
        ("truncated_json", 2, "malformed answer"),
        ("error_502", 2, "gateway gave up: 502 Bad Gateway; the gateway lost the model, which may have answered"),
        ("error_504", 2, "gateway gave up: 504 Gateway Time-out"),
        ("error_524", 2, "gateway gave up: 524"),
        ("error_408", 2, "gateway gave up: 408"),
        ("reset", 2, "connection lost"),
        ("hang", 2, "no answer in time: nothing whole within total_seconds"),
    ],
)
def test_what_does_not_pass_is_an_answer_too(serve, fault, requests, words):
    server = serve("--fault", f"{fault}=1")
    answer = ask(options(server.url, park=ParkPolicy(failures=9), total_seconds=1.0 if fault == "hang" else 20.0))[0]
    assert answer.finish is Finish.ERROR
    assert answer.text == ""
    assert words in answer.detail
    assert CANARY not in answer.detail
    assert server.requests == requests


@pytest.mark.parametrize(
    ("fault", "finish", "text"),
    [
        ("refusal", Finish.REFUSAL, "I cannot help with that."),
        ("content_filter", Finish.REFUSAL, TEXT),
        ("length", Finish.LENGTH, TEXT),
        ("no_usage", Finish.STOP, TEXT),
        ("surrogate", Finish.STOP, "\\ud800" + TEXT),
        ("bad_utf8", Finish.STOP, "\ufffd\ufffd" + TEXT),
        ("bom", Finish.STOP, TEXT),
        ("thoughts", Finish.STOP, TEXT),
        ("finish_upper", Finish.LENGTH, TEXT),
        ("usage_zero", Finish.STOP, TEXT),
        ("usage_text", Finish.STOP, TEXT),
        ("usage_names", Finish.STOP, TEXT),
        ("usage_beside", Finish.STOP, TEXT),
        ("usage_cached", Finish.STOP, TEXT),
    ],
)
def test_what_is_answered_is_kept_and_not_asked_twice(serve, fault, finish, text):
    server = serve("--sequence", fault)
    answer = ask(options(server.url))[0]
    assert (answer.text, answer.finish) == (text, finish)
    assert answer.completion_tokens > 0
    assert answer.cost_usd > 0
    usage = server.usage()
    assert answer.prompt_tokens + answer.completion_tokens >= usage["prompt_tokens"] + usage["completion_tokens"]
    assert answer.estimated == (fault in {"no_usage", "usage_zero"})
    assert ("First I look at it." in answer.thoughts) == (fault == "thoughts"), "kept for reading, and no answer"
    assert usage["requests"] == 1


def test_a_filter_that_comes_as_an_error_is_a_refusal(serve):
    server = serve("--sequence", "filtered")
    answer = ask(options(server.url))[0]
    assert (answer.finish, answer.completion_tokens, server.requests) == (Finish.REFUSAL, 0, 1)
    assert "content policy" in answer.text


@pytest.mark.parametrize(("fault", "words"), [("unauthorized", KEY_NAME), ("forbidden", KEY_NAME)])
def test_a_refused_key_stops_at_once_and_is_named_not_shown(serve, fault, words):
    server = serve("--fault", f"{fault}=1")
    with pytest.raises(LLMError, match=words) as caught:
        ask(options(server.url))
    assert CANARY not in str(caught.value)
    assert server.requests == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no_credit", "no credit"),
        ("no_credit_in_200", "no credit"),
        ("broke", "no credit"),
        ("not_found", "Check model and base_url"),
        ("wrong_model", "Check model and base_url"),
        ("wrong_key", f"the key in {KEY_NAME} was refused"),
        ("redirect", "points to"),
    ],
)
def test_other_dead_ends_stop_at_once(serve, fault, words):
    server = serve("--fault", f"{fault}=1")
    with pytest.raises(LLMError, match=words):
        ask(options(server.url))
    assert server.requests == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("html", "Please sign in to the network"),
        ("payload", "413 Request Entity Too Large"),
        ("bad_request", "not understood"),
        ("no_choices", "expected choices with a message"),
        ("context", "maximum context length"),
    ],
)
def test_what_has_never_worked_stops_after_three_calls(serve, fault, words):
    server = serve("--fault", f"{fault}=1")
    with pytest.raises(LLMError, match=f"has not answered once in 3 calls; the last: .*{words}") as caught:
        ask(options(server.url), *range(20))
    assert server.requests == 3
    assert CANARY not in str(caught.value)
    assert "<" not in str(caught.value)


def test_what_has_worked_once_is_no_reason_to_stop(serve):
    server = serve("--sequence", ",".join(["ok", *["bad_request"] * 6]))

    async def run():
        client = options(server.url, park=ParkPolicy(failures=9)).connect(context())
        answers = [await client.complete(request(ticket)) for ticket in range(8)]
        await client.close()
        return [answer.finish for answer in answers]

    assert asyncio.run(run()) == [Finish.STOP, *[Finish.ERROR] * 6, Finish.STOP]


@pytest.mark.parametrize("fault", ["error_502", "error_504", "error_524", "error_408", "reset"])
def test_what_a_gateway_swallowed_is_charged_at_its_worst(serve, fault):
    server = serve("--sequence", f"ok,{fault},ok,error_503,ok")
    plain, lost, free = (ask(options(server.url), ticket)[0] for ticket in range(3))
    assert lost.cost_usd == pytest.approx(plain.cost_usd + WORST_USD)
    assert (lost.estimated, free.estimated) == (True, False)
    assert free.cost_usd == pytest.approx(plain.cost_usd)


def test_a_cap_that_is_too_large_is_sent_as_large_as_it_may_be(serve):
    server = serve("--most-tokens", "40")

    async def run():
        client = options(server.url).connect(context())
        answers = [await client.complete(request(ticket)) for ticket in range(3)]
        await client.close()
        return answers, client.refused

    answers, known = asyncio.run(run())
    assert all(answer.text == TEXT for answer in answers)
    assert known == ("max_tokens<=40",)
    assert server.requests == 4


def test_no_call_without_a_cap_under_a_hard_budget(serve):
    server = serve("--refuse", "max_tokens", "--refuse", "max_completion_tokens")
    assert ask(options(server.url))[0].text == TEXT
    before = server.requests
    with pytest.raises(LLMError, match=r"neither max_tokens nor its twin, so nothing bounds an answer"):
        ask(options(server.url), ledger=Ledger(usd=1.0))
    assert server.requests == before + 2


def test_a_model_that_turns_out_to_think_gets_room_for_it(serve, tmp_path):
    long = tmp_path / "long.md"
    long.write_text("x" * 4 * 9000)
    server = serve("--sequence", "thoughts,ok,ok", "--answer", str(long), answers=False)

    async def run():
        client = options(server.url, max_tokens=None).connect(context())
        answers = [await client.complete(request(ticket)) for ticket in range(2)]
        await client.close()
        return answers, client.refused

    (first, second), known = asyncio.run(run())
    assert (first.finish, second.finish) == (Finish.STOP, Finish.STOP)
    assert known == ("thinks",)
    assert server.requests == 3
    usage = server.usage()
    assert first.completion_tokens + second.completion_tokens == usage["completion_tokens"]


def test_nobody_there_at_the_start(monkeypatch):
    monkeypatch.setenv(KEY_NAME, CANARY)
    before = time.monotonic()
    with pytest.raises(LLMError, match=r"127\.0\.0\.1:9/v1 cannot be reached.*Is the server running"):
        ask(options("http://127.0.0.1:9/v1"))
    with pytest.raises(LLMError, match=r"nowhere\.invalid/v1 cannot be reached"):
        ask(options("http://nowhere.invalid/v1"))
    assert time.monotonic() - before < RETRY.seconds, "there is no second try"


def test_a_server_that_goes_away_pauses_the_run(serve):
    server = serve()

    async def run():
        client = options(server.url).connect(context())
        first = await client.complete(request(0))
        server.process.kill()
        server.process.wait()
        try:
            with pytest.raises(LLMError, match=r"keeps failing: 3 x unreachable.*left alone 2 times"):
                await client.complete(request(1))
        finally:
            await client.close()
        return first

    assert asyncio.run(run()).text == TEXT


def test_retry_after_is_waited_for(serve):
    for fault in ("rate_limit", "rate_limit_ms"):
        server = serve("--sequence", fault, "--retry-after", "0.5")
        before = time.monotonic()
        assert ask(options(server.url))[0].text == TEXT
        assert time.monotonic() - before >= 0.5


def test_one_gate_for_all_who_ask(serve):
    """Eight at once are turned away once each; after the wait one goes first, so no second wave is turned away."""
    server = serve("--sequence", ",".join(["rate_limit"] * 8), "--retry-after", "0.3")
    answers = ask(options(server.url), *range(8))
    assert all(answer.text == TEXT for answer in answers)
    assert server.requests == 16
    server = serve("--fault", "rate_limit=1", "--retry-after", "0.1")
    with pytest.raises(LLMError, match=r"rate limited: 429"):
        ask(options(server.url), *range(8))
    assert server.requests <= 32, "eight on their own would make 8 x 4 tries x 3 rounds"


def test_a_rate_limit_for_ever_parks_and_then_pauses_with_the_counts(serve):
    server = serve("--fault", "rate_limit=1", "--retry-after", "0.01")
    with pytest.raises(LLMError, match=r"keeps failing: 3 x rate limited; .*429.*left alone 2 times") as caught:
        ask(options(server.url))
    assert CANARY not in str(caught.value)
    assert server.requests == 3 * RETRY.tries


def test_a_wait_that_is_too_long_pauses_the_run_with_the_cause(serve):
    server = serve("--sequence", "rate_limit", "--retry-after", "7200")
    with pytest.raises(
        LLMError, match=r"asks to be left alone for 7200 s, which is more than .* = 2: rate limited: 429"
    ):
        ask(options(server.url))
    assert server.requests == 1
    other = serve()
    spec = (EndpointSpec(base_url=server.url), EndpointSpec(base_url=other.url))
    assert ask(options(None, endpoints=spec), 0, 1)[0].text == TEXT


def test_the_budget_in_seconds_ends_the_tries(serve):
    server = serve("--fault", "error_500=1")
    policy = RetryPolicy(tries=50, seconds=2.0, wait_seconds=0.7, wait_max_seconds=0.7)
    before = time.monotonic()
    answer = ask(options(server.url, retry=policy, park=ParkPolicy(failures=9)))[0]
    assert answer.finish is Finish.ERROR
    assert time.monotonic() - before < 50 * 0.7 / 2, "half of what all the tries would take"
    assert 2 <= server.requests <= 7


def test_a_prompt_with_half_a_character_is_sent(serve):
    server = serve()

    async def run():
        client = options(server.url).connect(context())
        answer = await client.complete(request(0, text="\ud83d half"))
        await client.close()
        return answer

    assert asyncio.run(run()).text == TEXT


def test_first_byte_has_a_limit_of_its_own(serve):
    server = serve("--fault", "hang=1")
    policy = replace(RETRY, tries=1)
    model = options(server.url, first_byte_seconds=0.1, total_seconds=30.0, retry=policy, park=ParkPolicy(failures=9))
    assert "first_byte_seconds" in ask(model)[0].detail


def test_a_slow_drip_meets_the_total_deadline_and_the_socket_closes(serve):
    server = serve("--fault", "drip=1")
    policy = replace(RETRY, tries=1)
    answer = ask(options(server.url, retry=policy, park=ParkPolicy(failures=9), total_seconds=0.3))[0]
    assert "total_seconds" in answer.detail
    end = time.monotonic() + 60
    while server.usage()["in_flight"]:
        assert time.monotonic() < end, "the socket stays open"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("refused", "tries"),
    [(["max_tokens"], 2), (["temperature"], 2), (["seed", "top_p"], 3), (["max_tokens", "max_completion_tokens"], 3)],
)
def test_quirks_are_learnt_once(serve, refused, tries):
    server = serve(*(word for name in refused for word in ("--refuse", name)))

    async def run():
        client = options(server.url, temperature=0.5, top_p=0.9).connect(context())
        answers = [await client.complete(request(ticket)) for ticket in range(5)]
        await client.close()
        return answers, client.refused

    answers, known = asyncio.run(run())
    assert all(answer.text == TEXT for answer in answers)
    assert set(known) == set(refused)
    assert server.requests == tries + 4


def test_what_the_config_knows_is_not_tried(serve):
    server = serve("--refuse", "max_tokens", "--refuse", "temperature")
    model = options(server.url, temperature=0.5, refuses=("max_tokens", "temperature"))
    assert ask(model)[0].text == TEXT
    assert server.requests == 1


def test_several_endpoints_share_by_weight_and_stand_in_for_each_other(serve):
    good, bad = serve(), serve("--fault", "error_500=1")
    spec = (EndpointSpec(base_url=good.url, weight=1), EndpointSpec(base_url=bad.url, weight=3))
    answers = ask(options(None, endpoints=spec, total_seconds=20.0), *range(40))
    assert all(answer.text == TEXT for answer in answers)
    assert good.requests == 40
    assert 20 <= bad.requests <= 38


def test_costs_are_usage_at_list_price_and_unknown_tries_at_their_worst(serve):
    server = serve("--sequence", "ok,reset,ok,error_500,ok,null_content,ok")
    plain, unknown, free, twice = (ask(options(server.url), ticket)[0] for ticket in range(4))
    assert plain.cost_usd == pytest.approx((plain.prompt_tokens + 2 * plain.completion_tokens) / 1e6)
    assert unknown.cost_usd == pytest.approx(plain.cost_usd + WORST_USD)
    assert free.cost_usd == pytest.approx(plain.cost_usd)
    assert twice.cost_usd == pytest.approx(2 * plain.cost_usd)
    assert server.requests == 7


def test_a_parked_model_lets_others_go_on(serve):
    good, bad = serve(), serve("--fault", "error_500=1")

    async def run():
        members = {
            "good": options(good.url).connect(context()),
            "bad": options(bad.url, park=replace(PARK, failures=2, seconds=60.0)).connect(context()),
        }
        mixed = Ensemble(members={"good": 1.0, "bad": 1.0}).connect(replace(context(), peers=members))
        answers = [await mixed.complete(request(ticket)) for ticket in range(20)]
        for client in members.values():
            await client.close()
        return answers

    finishes = [answer.finish for answer in asyncio.run(run())]
    assert finishes.count(Finish.ERROR) == 2
    assert bad.requests == 2 * RETRY.tries
    assert good.requests == 18
