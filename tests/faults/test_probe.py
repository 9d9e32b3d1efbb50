"""What `evo doctor` learns about a model."""

import asyncio

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
