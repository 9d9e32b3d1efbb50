"""How far judgements are, seen from outside a living run of a pack, after a kill, and after it was taken up again."""

import os
import signal
import subprocess
import sys
import time

import pytest

from evo.store.lock import RunLock
from evo.store.progress_board import PROGRESS, read_progress
from evo.store.reading.bounded import BoundedReader
from evo.store.reading.view import open_run

CONFIG = ["--set", "budget.tickets=5", "--set", "executor.workers=2"]
SECONDS = 120


def begun(runs, *words):
    command = [sys.executable, "-m", "evo", *words, "--runs-dir", str(runs), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def looked(runs):
    """Return the folder of the run and what `evo status` and the page are told of it; None while there is nothing."""
    folder = next((each for each in runs.glob("*") if not each.name.startswith(".")), None)
    if folder is None:
        return None
    with open_run(folder) as view, BoundedReader(folder) as reader:
        return folder, view.status()["judgements"], reader.progress()


def until_told(runs, process):
    """Wait until both are told of a judgement that is on its way."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        found = looked(runs)
        if found and found[2] and any(row["fraction"] for row in found[1]):
            return found
        time.sleep(0.05)
    raise AssertionError("nothing was told")


@pytest.mark.timeout(300)
def test_nothing_stale_is_told_after_a_kill_and_a_resume(tmp_path):
    runs = tmp_path / "runs"
    process = begun(runs, "run", "online_bin_packing/or3", *CONFIG)
    folder, rows, progress = until_told(runs, process)
    told = next(row for row in rows if row["fraction"])
    assert 0 < told["fraction"] <= 1
    assert told["curve"][-1][1] == told["score"] or told["fraction"] > told["curve"][-1][0]
    assert {row["ticket"] for row in progress["rows"]} <= set(range(5))

    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert looked(runs)[1:] == ([], None)
    left = (folder / PROGRESS).read_text() if (folder / PROGRESS).exists() else ""
    with RunLock(folder):
        # As it is between a resume's lock and its first word, if what was left could not be taken away.
        assert read_progress(folder) is None

    process = begun(runs, "resume", folder.name)
    until_told(runs, process)
    assert (folder / PROGRESS).read_text() != left
    assert process.wait(SECONDS) == 0
    assert not (folder / PROGRESS).exists()
    assert looked(runs)[1:] == ([], None)
    with open_run(folder) as view:
        assert view.state() == "finished"
