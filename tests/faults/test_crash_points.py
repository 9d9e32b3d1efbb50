"""Killed at every named point between a request and its commit: nothing is paid twice but what was in flight."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from evo.cli.main import main
from evo.config.sections import BudgetSpec
from evo.crashpoints import ENVIRONMENT, CrashPoint
from tests.faults.rig import ROOT, options
from tests.faults.test_runs import run

TICKETS = 48
SCHEDULES = ["ordered", pytest.param("arrival", marks=pytest.mark.soak)]
# What is heavy and none of ours is imported once; everything of ours, the crash point too, in the process that dies.
SCRIPT = f"""
import os, sys
from pathlib import Path
import aiohttp, jinja2, openai, pydantic, pytest, sqlalchemy.dialects.sqlite, yaml
folder, url, commit = sys.argv[1:]
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.environ["{ENVIRONMENT}"] = line.strip()
        from evo.config.sections import BudgetSpec
        from tests.faults.rig import options
        from tests.faults.test_runs import run
        budget = BudgetSpec(tickets={TICKETS})
        run(Path(folder), options(url, total_seconds=10.0), budget=budget, ordered=commit == "ordered")
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def stored(folder):
    """Return how many answers are durable, and how many tickets are committed."""
    if not (folder / "run.db").exists():
        return 0, 0
    with sqlite3.connect(f"file:{folder / 'run.db'}?mode=ro", uri=True, timeout=5) as connection:
        return tuple(
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("answers", "commits")
        )


def settled(server, folder):
    """Return how many calls the server has had and how many answers are durable, once neither grows any more.

    Calls that a dead process left may still be running, and what its last thread wrote may show a moment later.
    """
    before = None
    for _ in range(100):
        usage = server.usage()
        now = usage["requests"], stored(folder)[0]
        if now == before and not usage["in_flight"]:
            return now
        before = now
        time.sleep(0.1)
    raise AssertionError("a dead run goes on")


@pytest.mark.parametrize("commit", SCHEDULES)
def test_kill_at_every_point_one_after_the_other(serve, numbers, tmp_path, commit):
    server = serve("--latency", "uniform:0.02:0.02", *numbers, answers=False)
    folder = tmp_path / "run"
    folder.mkdir()
    asked = answers = 0
    command = [sys.executable, "-c", SCRIPT, str(folder), server.url, commit]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as runs:
        for point in CrashPoint:
            runs.stdin.write(f"{point}:3\n")
            runs.stdin.flush()
            assert int(runs.stdout.readline()) == -signal.SIGKILL, f"{point} was not reached"
            now, held = settled(server, folder)
            lost = (now - asked) - (held - answers)
            assert 0 <= lost <= 8, f"{point}: more answers lost than there are slots"
            asked, answers = now, held
    paid_twice = asked - answers
    before = stored(folder)
    search, commits = run(
        folder, options(server.url, total_seconds=10.0), budget=BudgetSpec(tickets=TICKETS), ordered=commit == "ordered"
    )
    assert search.run_state == "finished"
    assert len(commits) == TICKETS - before[1], "what was committed is not committed again"
    answers, committed = stored(folder)
    assert committed == TICKETS
    assert server.requests == answers + paid_twice, "whatever was stored was never asked for again"
    if commit == "ordered":
        other = tmp_path / "other"
        other.mkdir()
        whole, _ = run(other, options(server.url, total_seconds=10.0), budget=BudgetSpec(tickets=TICKETS))
        assert whole.state.hash == search.state.hash


def evo(*words, runs, **environment):
    command = [sys.executable, "-m", "evo", *words, "--runs-dir", str(runs)]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("schedule", [("ordered", 1), ("ordered", 8), ("arrival", 1), ("arrival", 8)])
@pytest.mark.parametrize("point", CrashPoint)
def test_kill_real_runs_at_every_point(serve, tmp_path, capsys, point, schedule):
    commit, slots = schedule
    server = serve("--problem", "circle_packing/26", "--latency", "uniform:0.05:0.05", answers=False)
    runs = tmp_path / "runs"
    settings = (
        *("params={work: 2}", "budget={tickets: 60}", f"schedule={{slots: {slots}, window: 8, commit: {commit}}}"),
        f"llms.fast.base_url={server.url}",
    )
    words = [word for setting in settings for word in ("--set", setting)]
    first = ("run", "configs/mock_server.yaml", "--quiet", *words)
    paid_twice = asked = answers = 0
    for count in (2, 5, 9):
        killed = evo(*first, runs=runs, **{ENVIRONMENT: f"{point}:{count}"})
        first = ("resume", "--quiet")
        assert killed.returncode == -signal.SIGKILL, killed.stderr[-2000:]
        (folder,) = (each for each in runs.iterdir() if not each.name.startswith("."))
        now, held = settled(server, folder)
        lost = now - asked - (held - answers)
        assert 0 <= lost <= slots
        paid_twice, asked, answers = paid_twice + lost, now, held
    assert evo("resume", "--quiet", runs=runs).returncode == 0
    assert stored(folder)[1] == 60
    assert server.requests == stored(folder)[0] + paid_twice
    assert main(["replay", "--execute", "--json", "--runs-dir", str(runs)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["commits"]) == (True, 60)
