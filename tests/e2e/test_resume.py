"""The promise, with real processes: whatever is killed, however often, the log is the one that would have been."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

ROOT = Path(__file__).parents[2]
KILLS = 12


def evo(*args, runs, check=True, **options):
    command = [sys.executable, "-m", "evo", *args, "--runs-dir", str(runs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=500, **options)
    if check:
        assert done.returncode == 0, done.stderr[-3000:]
    return done


def status(runs):
    return json.loads(evo("status", "--json", runs=runs).stdout)


def smoke(tmp_path_factory, name, *settings):
    runs = tmp_path_factory.mktemp(name)
    flags = [flag for setting in settings for flag in ("--set", setting)]
    evo("run", "configs/smoke.yaml", *flags, runs=runs)
    return status(runs), runs


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return smoke(tmp_path_factory, "plain")[0]


def test_the_smoke_run_is_a_real_search(plain):
    assert plain["state"] == "finished"
    assert plain["committed"] >= 80
    assert plain["best"]["objective"] > 2.3
    assert plain["archive"]["filled"] >= 5
    assert all(island["filled"] for island in plain["islands"])


@pytest.mark.parametrize(
    "settings",
    [
        ("executor.workers=1", "schedule.slots=1"),
        ("executor.workers=1", "schedule.slots=4"),
        ("executor.workers=2", "schedule.slots=1"),
    ],
)
def test_workers_and_slots_leave_no_trace(tmp_path_factory, plain, settings):
    other, _ = smoke(tmp_path_factory, "other", *settings)
    assert other["log_hash"] == plain["log_hash"]
    assert other["best"] == plain["best"]


def test_another_seed_is_another_run(tmp_path_factory, plain):
    other, _ = smoke(tmp_path_factory, "seed", "seed=1", "budget.tickets=20")
    assert other["log_hash"] != plain["log_hash"]


def committed(database):
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute("SELECT count(*) FROM commits").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def rows(database, table, key):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5) as connection:
        return dict(connection.execute(f"SELECT {key}, rowid FROM {table}").fetchall())


def alive(group):
    """Processes of the run that outlived it: candidates and judges are children of children."""
    return [pid for pid in group if Path(f"/proc/{pid}").exists() and "zombie" not in state(pid)]


def state(pid):
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "zombie"


def descendants(pid):
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        children = parents.get(queue.pop(), [])
        found += children
        queue += children
    return found


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_killed_at_random_tickets_the_log_is_whole_and_the_same(tmp_path_factory, plain):
    runs = tmp_path_factory.mktemp("killed")
    random, hits = Random(int(os.environ.get("EVO_TEST_SEED", "7"))), 0
    command = ["run", "configs/smoke.yaml"]
    acknowledged: dict[str, int] = {}
    targets = sorted(random.sample(range(2, plain["committed"] - 2), KILLS))
    for target in targets:
        process = subprocess.Popen(
            [sys.executable, "-m", "evo", *command, "--runs-dir", str(runs)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        database = None
        while process.poll() is None:
            database = database or next(runs.glob("2*/run.db"), None)
            if database and committed(database) > target:
                break
            time.sleep(0.005)
        family = descendants(process.pid)
        hits += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 30  # at once, where a processor is free to do it
        while alive(family) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not alive(family), "every child is gone soon"
        now = rows(database, "commits", "hash")
        assert acknowledged.items() <= now.items(), "nothing acknowledged is lost"
        acknowledged = now
        command = ["resume"]
    assert hits >= KILLS - 2
    evo("resume", runs=runs)
    end = status(runs)
    assert (end["log_hash"], end["committed"]) == (plain["log_hash"], plain["committed"])
    assert end["best"] == plain["best"]
    again = evo("resume", runs=runs)
    assert status(runs)["log_hash"] == plain["log_hash"]
    assert again.returncode == 0


def test_ctrl_c_drains_and_says_how_to_go_on(tmp_path, plain):
    process = subprocess.Popen(
        [sys.executable, "-m", "evo", "run", "configs/smoke.yaml", "--runs-dir", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while committed(next(tmp_path.glob("2*/run.db"), "")) < 10:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=500)
    assert process.returncode == 130
    assert "evo resume" in out + err
    assert status(tmp_path)["state"] == "interrupted"
    evo("resume", runs=tmp_path)
    assert status(tmp_path)["log_hash"] == plain["log_hash"]


def test_a_second_process_is_turned_away(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "evo", "run", "configs/smoke.yaml", "--runs-dir", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while committed(next(tmp_path.glob("2*/run.db"), "")) < 3:
        assert process.poll() is None
        time.sleep(0.01)
    second = evo("resume", runs=tmp_path, check=False)
    assert second.returncode == 1
    assert f"pid {process.pid}" in second.stderr
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert status(tmp_path)["state"] == "interrupted"


def test_what_would_change_the_meaning_is_refused(tmp_path_factory):
    _, runs = smoke(tmp_path_factory, "meaning", "budget.tickets=6")
    refused = evo("resume", "--set", "problem=circle_packing/32", runs=runs, check=False)
    assert refused.returncode == 1
    assert "problem: circle_packing/26 -> circle_packing/32" in refused.stderr
    evo("resume", "--set", "budget.tickets=12", "--set", "executor.workers=1", runs=runs)
    assert status(runs)["committed"] == 12
    evo("resume", runs=runs)
    assert status(runs)["committed"] == 12, "an amendment lasts"
