"""A run through a LiteLLM proxy is the run without it, and both count the same tokens."""

import json
import shutil

import pytest

from tests.servers.rig import HERE, free_port, mock_server, program, run, running

CONFIG = """
model_list:
  - model_name: fast
    litellm_params: {{model: openai/mock, api_base: "{url}", api_key: sk-the-provider}}
litellm_settings: {{callbacks: litellm_tally.tally, num_retries: 0, telemetry: false}}
general_settings: {{master_key: sk-of-the-proxy-1234}}
"""


@pytest.fixture
def proxy(tmp_path):
    command, port = program("litellm"), free_port()
    shutil.copy(HERE / "litellm_tally.py", tmp_path)
    with mock_server(tmp_path) as upstream:
        (tmp_path / "proxy.yaml").write_text(CONFIG.format(url=upstream))
        words = ["--config", "proxy.yaml", "--host", "127.0.0.1", "--port", str(port)]
        with running(
            [command, *words],
            ready=f"http://127.0.0.1:{port}/health/liveliness",
            folder=tmp_path,
            PYTHONPATH=str(tmp_path),
            EVO_TALLY=str(tmp_path / "tally.jsonl"),
            LITELLM_TELEMETRY="False",
            LITELLM_LOCAL_MODEL_COST_MAP="True",
        ):
            yield upstream, f"http://127.0.0.1:{port}/v1"


def test_the_log_is_the_same_and_the_usage_is_the_proxys_to_the_token(tmp_path, proxy, monkeypatch):
    upstream, behind = proxy
    monkeypatch.setenv("PROXY_KEY", "sk-of-the-proxy-1234")
    direct, plain, _ = run(tmp_path, "direct", f'use: openai, model: mock, base_url: "{upstream}"')
    search, status, _ = run(
        tmp_path, "behind", f'use: openai, model: fast, base_url: "{behind}", api_key_env: PROXY_KEY'
    )
    assert search.state.hash == direct.state.hash
    lines = [json.loads(line) for line in (tmp_path / "tally.jsonl").read_text().splitlines()]
    used = status["tokens"]
    assert (used["prompt"], used["completion"]) == tuple(map(sum, zip(*lines, strict=True)))
    assert plain["tokens"] == used
    assert status["outcomes"] == plain["outcomes"]


def test_a_wrong_key_pauses_soon_and_says_what_to_look_at(tmp_path, proxy, monkeypatch):
    """Without a database of keys the proxy calls a wrong one a bad request."""
    monkeypatch.setenv("PROXY_KEY", "sk-of-somebody-else")
    search, _, commits = run(
        tmp_path, "wrong", f'use: openai, model: fast, base_url: "{proxy[1]}", api_key_env: PROXY_KEY'
    )
    assert search.run_state == "paused"
    assert "has not answered once in 3 calls" in search.stop_reason
    assert "the key's variable" in search.stop_reason
    assert sum(bool(commit.proposal.llm) for commit in commits) <= 3
    assert not any(commit.proposal.program for commit in commits if commit.proposal.llm)
