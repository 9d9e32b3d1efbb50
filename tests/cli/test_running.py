"""`run` and `resume` on the real thing: real processes, few tickets."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evo.cli.main import main

ROOT = Path(__file__).parents[2]
HEAD = "extends: base\nproblem: circle_packing/26\nbudget: {tickets: 100}\n"
SMALL = ("--set", "executor.workers=1")


def status(evo, runs):
    return json.loads(evo("status", "--json", "--runs-dir", runs).out)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of 8 tickets that was begun and ended by `evo run`."""
    runs = tmp_path_factory.mktemp("finished") / "my runs"
    assert main(["run", "smoke", "--quiet", *SMALL, "--set", "budget.tickets=8", "--runs-dir", str(runs)]) == 0
    return runs


def test_a_run_ends_with_its_best_and_the_next_commands(finished, evo):
    folder = next(finished.iterdir())
    assert {path.name for path in (folder / "best").iterdir()} == {"program.py", "output.json", "picture.png"}
    data = status(evo, finished)
    assert (data["state"], data["committed"]) == ("finished", 8)
    assert evo("best", "--runs-dir", finished).out == (folder / "best" / "program.py").read_text()
    steps = json.loads(evo("lineage", "--json", "--runs-dir", finished).out)
    assert steps[-1]["operator"] == "seed"


def test_resuming_a_finished_run_with_more_tickets_goes_on(finished, evo, tmp_path):
    import shutil

    runs = shutil.copytree(finished, tmp_path / "runs")
    before = status(evo, runs)
    result = evo("resume", "--set", "budget.tickets=10", "--runs-dir", runs)
    assert result.code == 0
    assert result.err == ""
    assert "resumed after 8 commits" in result.out
    assert f"evo top --runs-dir {runs}" in result.out
    assert "offline proposer (no model, no network: rule-based edits and textbook ideas)" in result.out
    after = status(evo, runs)
    assert (after["committed"], before["committed"]) == (10, 8)


def test_seeds_make_a_run_each_and_stand_side_by_side(evo, tmp_path):
    short = ("--set", "budget.tickets=3", "--set", "params.work=1", "--quiet")
    result = evo("run", "smoke", "--seeds", "3..4", *SMALL, *short, "--runs-dir", tmp_path / "runs")
    assert result.code == 0
    assert "Seed 4 (2 of 2)" in result.err
    assert result.out.count("best: median (quartiles)") == 1
    folders = [path.name for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    compared = json.loads(evo("compare", *folders, "--json", "--runs-dir", tmp_path / "runs").out)
    assert sorted(run["seed"] for run in compared["runs"]) == [3, 4]
    assert [group["runs"] for group in compared["groups"]] == [2]
    (figure,) = (tmp_path / "runs").glob("*-seeds.png")
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert str(figure) in result.out.replace("\n", "")
    assert evo("run", "smoke", "--seeds", "4..3").code == 2


def test_what_would_change_the_log_is_refused(finished, evo):
    result = evo("resume", "--set", "seed=9", "--runs-dir", finished)
    assert result.code == 1
    assert "seed: 0 -> 9" in result.err


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
    assert "models: fast = script" in result.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "nope"), 4, "Nothing was started."),
        (("run", "smoke", "--set", "budgt.tickets=3"), 3, "did you mean budget"),
        (("run", "smoke", "--set", "problem=circle_pakcing/26"), 4, "did you mean circle_packing?"),
        (("resume",), 4, "evo run CONFIG"),
        (("run",), 2, "CONFIG"),
    ],
)
def test_mistakes_start_nothing(evo, here, words, code, said):
    result = evo(*words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert not (here / "runs").exists()


def test_a_wrong_key_is_said_with_its_place(evo, here):
    (here / "mine.yaml").write_text(HEAD + "islands:\n  migration_evry: 50\n")
    result = evo("run", "mine.yaml")
    assert result.code == 3
    assert result.err.startswith("mine.yaml:5:3: islands.migration_evry: unknown key; did you mean")
    assert "Nothing was started. `evo check mine.yaml`" in result.err


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


def test_one_signal_drains_and_resume_goes_on(evo, tmp_path):
    running = begun(tmp_path)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.startswith("Stopping: what is in flight is finished and kept.")
    assert f"evo resume @last --runs-dir {tmp_path}" in err
    assert "Traceback" not in err
    assert "evo resume" in out
    data = status(evo, tmp_path)
    assert data["state"] == "interrupted"
    more = data["committed"] + 2
    assert evo("resume", "--quiet", "--set", f"budget.tickets={more}", "--runs-dir", tmp_path).code == 0
    assert status(evo, tmp_path)["committed"] == more


def test_a_second_signal_stops_at_once_and_a_running_run_says_so(evo, tmp_path):
    running = begun(tmp_path)
    assert status(evo, tmp_path)["state"] == "running"
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
    assert status(evo, tmp_path)["state"] == "interrupted"
