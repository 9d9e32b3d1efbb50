"""`evo suite`: a suite that is killed and resumed is the suite that was not killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from evo.store.reading.address import run_folders
from evo.store.reading.view import open_run

ROOT = Path(__file__).parents[2]
MINE = """\
packs: [circle_packing/26]
strategies: [hill_climb]
seeds: [0, 1]
settings: [params.work=2, executor.workers=1]
budget: {tickets: 8}
"""


def logs(folder):
    """The chain of each run's log, by seed, with its best."""
    found = {}
    for each in run_folders(folder):
        with open_run(each) as view:
            status = view.status()
        found[status["seed"]] = (status["log_hash"], status["committed"], status["best"], status["state"])
    return found


def committed(folder):
    """How many commits lie in each run, as far as it can be seen from outside."""
    for each in run_folders(folder):
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{each}/run.db?mode=ro", uri=True)) as db:
            yield db.execute("SELECT count(*) FROM commits").fetchone()[0]


def begin_and_kill(runs, after):
    """Begin the suite in a process of its own; kill it once so many commits are there, and all that it started."""
    words = [sys.executable, "-m", "evo", "suite", "run", "mine.yaml", "-q", "--runs-dir", str(runs)]
    child = subprocess.Popen(
        words, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 120  # a busy machine takes its time
    while sum(committed(runs / "suite-mine")) < after and child.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    assert child.wait(30) == -signal.SIGKILL, "it was killed while it ran"


def test_killed_and_resumed_it_is_the_suite_that_was_not_killed(evo, here, monkeypatch):
    monkeypatch.setattr("evo.cli.session._tell_story", lambda _: [])  # each run's own; the suite's is looked at
    Path("mine.yaml").write_text(MINE)
    whole = evo("suite", "run", "mine.yaml", "-q", "--runs-dir", "whole")
    assert whole.code == 0, whole.err
    begin_and_kill(here / "killed", after=5)
    shown = json.loads(evo("suite", "show", "suite-mine", "--runs-dir", "killed", "--json").out)
    assert (shown["planned"], shown["begun"], shown["finished"]) == (2, 2, 1)
    assert evo("suite", "resume", "killed/suite-mine", "-q").code == 0
    assert logs(Path("killed/suite-mine")) == logs(Path("whole/suite-mine"))
    assert {state for *_, state in logs(Path("killed/suite-mine")).values()} == {"finished"}
    assert (Path("killed/suite-mine/report.html")).is_file()
    for name in ("whole/suite-mine", "suite-mine"):
        rows = json.loads(evo("compare", name, "--runs-dir", "whole", "--json").out)["runs"]
        assert [row["seed"] for row in rows] == [0, 1]
    assert "2 of 2 runs finished" in evo("suite", "show", "whole/suite-mine").out
    assert "No run" in evo("runs", "--runs-dir", "whole").err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("rum", "smoke"), 2, "'rum' is not there; did you mean run?"),
        (("run", "smok"), 4, "suite 'smok' not found; did you mean smoke?"),
        (("run", "smoke", "--strategy", "hill_clim"), 3, "strategies.0: "),
        (("run", "smoke", "--seeds", "9..0"), 2, "expected seeds like 0..9"),
        (("run", "smoke", "--budget", "tickets=1"), 3, "expected one at least for each of 4 runs; got 1"),
        (("run", "smoke", "--set", "budget.tikets=1"), 3, "did you mean tickets"),
        (("resume", "nowhere"), 4, "nowhere: no suite here"),
        (("resume", "nowhere", "--seeds", "1"), 2, "expected a folder and no settings"),
    ],
)
def test_mistakes_begin_nothing(evo, here, words, code, said):
    result = evo("suite", *words)
    assert (result.code, said in result.err) == (code, True), result.err
    assert not list(here.iterdir())
