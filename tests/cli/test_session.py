"""A run under the eyes of a person: signals, a kill, a failure that pauses it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.real_run import SMALL, read_status

ROOT = Path(__file__).parents[2]
HEAD = "extends: base\nproblem: circle_packing/26\nbudget: {tickets: 100}\n"


def begun(runs):
    """Start a run that would take minutes; return it once it has commits."""
    words = ["run", "smoke", *SMALL, "--set", "budget.tickets=5000", "--runs-dir", str(runs)]
    running = subprocess.Popen(
        [sys.executable, "-m", "evo", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for line in running.stdout:
        if "seed grid.py" in line:
            return running
    raise AssertionError(running.stderr.read())


def test_a_run_that_fails_pauses_and_says_why(evo, here):
    (here / "broken.yaml").write_text(
        HEAD + "llms: {fast: {use: script, faults: {error: 1.0}}}\nexecutor: {workers: 1}\n"
    )
    result = evo("run", "broken.yaml")
    assert result.code == 1
    first, *_ = result.err.splitlines()
    assert first.startswith("Paused: 20 failures of one kind in a row: LLM_ERROR from model fast")
    assert "Nothing is lost: " in result.err
    assert "evo resume @last" in result.err
    assert "\nscript · sandbox" in result.out


def test_one_signal_drains_and_resume_goes_on(evo, tmp_path):
    running = begun(tmp_path)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.startswith("Stopping: what is in flight is finished and kept.")
    assert f"evo resume @last --runs-dir {tmp_path}" in err
    assert "Traceback" not in err
    assert "evo resume" in out
    data = read_status(evo, tmp_path)
    assert data["state"] == "interrupted"
    more = data["committed"] + 2
    assert evo("resume", "--quiet", "--set", f"budget.tickets={more}", "--runs-dir", tmp_path).code == 0
    assert read_status(evo, tmp_path)["committed"] == more


def test_a_second_signal_stops_at_once_and_a_running_run_says_so(evo, tmp_path):
    running = begun(tmp_path)
    assert read_status(evo, tmp_path)["state"] == "running"
    refused = evo("resume", "--runs-dir", tmp_path)
    assert refused.code == 1
    assert f"pid {running.pid}" in refused.err
    running.send_signal(signal.SIGTERM)
    running.send_signal(signal.SIGHUP)
    start = time.monotonic()
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert time.monotonic() - start < 30
    assert "evo resume @last" in err
    assert "Traceback" not in err


def test_a_killed_run_is_interrupted(evo, tmp_path):
    running = begun(tmp_path)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=60)
    assert read_status(evo, tmp_path)["state"] == "interrupted"
