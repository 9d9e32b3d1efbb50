"""`transformers serve` with a model of random weights: it answers rubbish, and the run counts and survives it."""

import subprocess

from evo.records import Outcome
from tests.servers.rig import HERE, free_port, program, run, running


def test_rubbish_of_a_real_server_is_stored_counted_and_refused(tmp_path):
    command, python, port = program("transformers"), program("python"), free_port()
    folder = tmp_path / "tiny"
    made = subprocess.run(
        [python, str(HERE / "tiny_model.py"), str(folder)], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr[-2000:]
    words = ["serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    with running([command, *words], ready=f"http://127.0.0.1:{port}/health", folder=tmp_path, HF_HUB_OFFLINE="1"):
        model = f'use: openai, model: "{folder}", base_url: "http://127.0.0.1:{port}/v1", max_tokens: 48'
        search, status, commits = run(tmp_path, "rubbish", model, tickets=8)
    assert search.run_state == "finished", search.stop_reason
    asked = [commit for commit in commits if commit.proposal.llm]
    assert {commit.proposal.outcome for commit in asked} <= {Outcome.TRUNCATED, Outcome.UNPARSABLE}
    used = status["tokens"]
    # The tokeniser has a token for each byte; a prompt of this problem has over 5,000 of them.
    assert used["prompt"] > 5000 * len(asked)
    assert 0 < used["completion"] <= 48 * len(asked)
    assert status["spend"]["role"]["fast"]["estimated"] == 0
