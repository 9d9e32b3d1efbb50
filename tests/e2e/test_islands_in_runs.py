"""Islands that differ, tactics and notes in a real run: killed and resumed, read back, verified."""

import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evo.cli.main import main

ROOT = Path(__file__).parents[2]
SETTINGS = (
    *("params.work=1", "budget.tickets=44", "tactics.patience=5", "tactics.tickets=4", "notes.every=9"),
    *("islands.reset.every=15", "executor.workers=1"),
)


def evo(*args, runs, wait=True):
    command = [sys.executable, "-m", "evo", *args, "--runs-dir", str(runs)]
    if not wait:
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]
    return done


@pytest.fixture
def read(capsys):
    """Return a function from the words of a verb that reads to what it prints; it needs no process of its own."""

    def call(*args, runs):
        capsys.readouterr()
        code = main([*args, "--runs-dir", str(runs)])
        captured = capsys.readouterr()
        assert code == 0, captured.err
        return captured.out

    return call


@pytest.fixture
def data(read):
    return lambda *args, runs: json.loads(read(*args, "--json", runs=runs))


def flags():
    return [word for setting in SETTINGS for word in ("--set", setting)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    runs = tmp_path_factory.mktemp("whole")
    evo("run", "configs/two_islands.yaml", *flags(), runs=runs)
    return runs


def committed(runs):
    for database in runs.glob("2*/run.db"):
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                return connection.execute("SELECT count(*) FROM commits").fetchone()[0]
        except sqlite3.Error:
            return 0
        finally:
            connection.close()
    return 0


def test_killed_in_the_midst_of_tactics_the_log_is_the_same(whole, tmp_path, data):
    process = evo("run", "configs/two_islands.yaml", *flags(), runs=tmp_path, wait=False)
    deadline = time.monotonic() + 400
    while committed(tmp_path) < 24 and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    evo("resume", runs=tmp_path)
    assert data("status", runs=tmp_path)["log_hash"] == data("status", runs=whole)["log_hash"]


def test_each_island_has_its_own_cells(whole, read, data):
    status, shown = data("status", runs=whole), data("map", runs=whole)
    assert status["archive"]["cells"] == 8 * 6 + 24
    assert [len(axis["edges"]) - 1 for axis in shown["axes"]] == [8, 6]
    (other,) = shown["islands"][1]["axes"]
    assert (other["name"], len(other["edges"])) == ("code_length", 25)
    assert [island["filled"] for island in status["islands"]] == [len(each["cells"]) for each in shown["islands"]]
    assert all(island["filled"] for island in status["islands"])
    drawn = read("map", runs=whole)
    assert "across: code_length" in drawn
    assert "across: wall_share" in drawn
    assert "(hashes, references and placements)" in read("replay", runs=whole)


def test_whoever_followed_a_tactic_says_so(whole, read, data):
    (database,) = whole.glob("2*/run.db")
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT program FROM commits WHERE operator = 'tactic' AND program NOT NULL")
        programs = [program for (program,) in rows.fetchall()]
    connection.close()
    assert programs
    ideas = " ".join(path.read_text() for path in (ROOT / "problems/circle_packing/ideas").glob("*.py"))
    first = data("show", programs[0], runs=whole)
    assert first["tactic"] in " ".join(ideas.split())
    assert first["tactic"] in " ".join(read("show", programs[0], runs=whole).split())
    (step, *_) = data("lineage", programs[0], runs=whole)
    assert step["tactic"] == first["tactic"]
    assert f"[tactic: {first['tactic']}]" in read("lineage", programs[0], "--why", runs=whole)
    assert data("show", "@seed", runs=whole)["tactic"] == ""
