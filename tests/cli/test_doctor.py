"""`evo doctor`: what stands, and whether models answer; nobody is contacted unasked."""

import json

import pytest

CONFIG = """problem: circle_packing/26
budget: {tickets: 1}
llms: {fast: {use: openai, model: m, base_url: "http://127.0.0.1:9/v1", api_key_env: EVO_TEST_KEY}}
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.setenv("EVO_TEST_KEY", "sk-CANARY-0123456789")
    path = tmp_path / "mine.yaml"
    path.write_text(CONFIG)
    return str(path)


def test_the_machine_is_described(evo):
    found = json.loads(evo("doctor", "--json").out)
    assert found["tier"] in {"strict", "standard", "basic", "none"}
    assert all({"name", "stands", "stops", "tiers"} <= set(wall) for wall in found["walls"])
    assert found["disk"]["free_gb"] > 0


def test_keys_are_named_and_never_shown(evo, config, monkeypatch):
    assert "key variable EVO_TEST_KEY is set" in evo("doctor", config).out
    monkeypatch.delenv("EVO_TEST_KEY")
    assert "key variable EVO_TEST_KEY is NOT SET" in evo("doctor", config).out


def test_an_endpoint_is_asked_when_that_is_wanted(evo, config):
    result = evo("doctor", config, "--ask")
    assert "http://127.0.0.1:9/v1: DOES NOT ANSWER" in result.out
    assert "CANARY" not in result.out + result.err
