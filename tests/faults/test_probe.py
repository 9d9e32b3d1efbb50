"""What `evo doctor` learns about a model."""

import asyncio
import json

import pytest

from evo.cli.main import main
from evo.llm.openai.endpoints import probe
from evo.llm.openai.settings import EndpointSpec
from tests.faults.rig import CANARY, KEY_NAME, options


def test_each_endpoint_is_asked_once_and_says_what_it_does_not_take(serve):
    good, picky, closed = serve(), serve("--refuse", "seed"), serve("--fault", "unauthorized=1")
    servers = (good, picky, closed)
    spec = tuple(EndpointSpec(base_url=server.url) for server in servers)
    found = asyncio.run(probe(options(None, endpoints=spec), "fast"))
    assert [each.answers for each in found] == [True, True, False]
    assert [each.refused for each in found] == [(), ("seed",), ()]
    assert found[0].detail == "mock"
    assert KEY_NAME in found[2].detail
    assert CANARY not in found[2].detail
    assert [server.requests for server in servers] == [1, 2, 1]


def test_an_endpoint_that_keeps_failing_does_not_answer(serve):
    server = serve("--fault", "error_500=1")
    found = asyncio.run(probe(options(server.url), "fast"))
    assert [each.answers for each in found] == [False]
    assert "500" in found[0].detail
    assert server.requests == 1


def test_a_key_that_is_not_set(monkeypatch):
    monkeypatch.delenv(KEY_NAME, raising=False)
    found = asyncio.run(probe(options("http://127.0.0.1:9/v1"), "fast"))
    assert found[0].detail.startswith(f"{KEY_NAME} is not set")


CONFIG = """
problem: heilbronn/square_5
budget: {tickets: 5, usd: 0.5}
llms: {fast: {use: openai, model: mock, base_url: "URL", prices: {input: 1, output: 2}, MORE retry: {tries: 1}}}
"""


@pytest.fixture
def asked(tmp_path, capsys):
    """Return what `evo doctor CONFIG --ask` draws of a server, and what it gives as JSON."""

    def doctor(server, more=""):
        (tmp_path / "mine.yaml").write_text(CONFIG.replace("URL", server.url).replace("MORE", more))
        words = ["doctor", str(tmp_path / "mine.yaml"), "--ask", "--runs-dir", str(tmp_path)]
        assert main(words) == 0
        drawn = capsys.readouterr().out
        assert main([*words, "--json"]) == 0
        return drawn, json.loads(capsys.readouterr().out)["models"][0]["asked"]

    return doctor


def test_a_ticket_is_asked_with_a_runs_own_parameters_and_its_price_is_told(serve, asked):
    server = serve()
    drawn, (found,) = asked(server)
    usage = server.usage()
    assert (found["prompt_tokens"] * 2, found["completion_tokens"] * 2) == (
        usage["prompt_tokens"],
        usage["completion_tokens"],
    )
    assert found["prompt_tokens"] > 1000, "a prompt of real size"
    assert (found["outcome"], found["estimated"], found["would_go_wrong"]) == ("PROPOSED", False, [])
    assert found["cost_usd"] == pytest.approx((found["prompt_tokens"] + 2 * found["completion_tokens"]) / 1e6)
    assert found["worst_usd"] == pytest.approx((found["prompt_tokens"] + 2 * found["cap"]) / 1e6)
    for said in (f"{found['prompt_tokens']} prompt + ", "as the endpoint says", f"cap         {found['cap']} tokens"):
        assert said in drawn
    assert "one ticket" in drawn
    assert "came to     PROPOSED" in drawn


@pytest.mark.parametrize(
    ("options", "more", "said"),
    [
        (["--fault", "length=1"], "", "the answer was cut off after"),
        (["--fault", "no_usage=1"], "", "no usage came with the answer"),
        ([], "max_tokens: 400000, ", "over budget.usd = 0.5: nothing would be asked"),
        (["--fault", "refusal=1"], "", "the answer would be REFUSED"),
    ],
)
def test_what_would_go_wrong_is_told(serve, asked, options, more, said):
    drawn, (found,) = asked(serve(*options), more)
    assert said in "".join(found["would_go_wrong"])
    assert f"would go wrong: {found['would_go_wrong'][0][:20]}" in drawn
