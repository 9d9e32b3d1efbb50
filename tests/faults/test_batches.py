"""A run in batches: the log of one that is not, a window a batch, killed in the middle of one and taken up again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

from tests.cli.conftest import evo
from tests.faults.rig import KEY_NAME, ROOT

__all__ = ["evo"]

ANSWERED = ("--set", "executor.sandbox=none", "--set", "budget.tickets=9", "--set", "budget.usd=5", "--quiet")
PRICES = "prices: {input: 1, output: 2}"
BATCH = "batch: true, batch_price: 0.5, gather_seconds: 0.3, poll_seconds: 0.05"


def words(url, runs, options=""):
    model = f'{{use: openai, model: mock, base_url: "{url}", {PRICES}{options}}}'
    return ["run", "smoke", *ANSWERED, "--set", f"llms.fast={model}", "--runs-dir", str(runs)]


def status(evo, runs):
    return json.loads(evo("status", "--json", "--runs-dir", runs).out)


def test_a_run_in_batches_killed_in_one_is_the_run_without(evo, serve, tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_NAME, raising=False)
    numbers = tmp_path / "answers"
    numbers.mkdir()
    server = serve("--batch-seconds", "1.5", "--problem", "circle_packing/26", answers=False)
    assert evo(*words(server.url, tmp_path / "plain")).code == 0
    plain, calls = status(evo, tmp_path / "plain"), server.requests
    command = [sys.executable, "-m", "evo", *words(server.url, tmp_path / "batch", f", {BATCH}")]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    until = time.monotonic() + 120
    while server.usage()["batches"] < 1 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert evo("resume", "--quiet", "--runs-dir", tmp_path / "batch").code == 0
    batch = status(evo, tmp_path / "batch")
    assert batch["log_hash"] == plain["log_hash"]
    assert batch["cost_usd"] == plain["cost_usd"] / 2
    assert server.requests - calls == calls, "what the killed process had sent was found again, and nothing sent twice"
    folder = next((tmp_path / "batch").iterdir())
    with sqlite3.connect(folder / "run.db") as raw:
        made = raw.execute("SELECT json_array_length(requests), id FROM batches ORDER BY at").fetchall()
    assert server.usage()["batches"] <= len(made) < calls, "several requests a batch"
    assert json.loads(evo("replay", "--execute", "--json", "--runs-dir", tmp_path / "batch").out)["ok"]
