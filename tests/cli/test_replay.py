"""Whether a run is whole."""

import json
import re
import shutil
import sqlite3

import pytest

from evo.cli.main import main
from tests.render.small_run import write_run

FIRST = "(SELECT program FROM commits WHERE seq = 0)"
SMALL = ("--quiet", "--set", "executor.workers=1", "--set", "budget.tickets=12", "--set", "islands.migration.every=4")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A run of 12 tickets as `evo run` makes it."""
    runs = tmp_path_factory.mktemp("real") / "runs"
    assert main(["run", "smoke", *SMALL, "--runs-dir", str(runs)]) == 0
    return runs


@pytest.fixture
def altered(real, tmp_path):
    """Make a copy of the run in which statements were executed."""

    def alter(*statements):
        runs = shutil.copytree(real, tmp_path / "runs")
        connection = sqlite3.connect(next(runs.iterdir()) / "run.db")
        with connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
        return runs

    return alter


def rechained(runs):
    """Give every commit the hash that its altered values have."""
    from evo.records import GENESIS, chain
    from evo.store.reading.view import open_run

    folder = next(runs.iterdir())
    with open_run(folder) as view:
        commits = list(view.commits())
    last, connection = GENESIS, sqlite3.connect(folder / "run.db")
    with connection:
        for commit in commits:
            last = chain(last, commit)
            connection.execute("UPDATE commits SET hash = ? WHERE seq = ?", (last, commit.seq))
    connection.close()


def test_a_whole_run_folds(evo, real, monkeypatch):
    monkeypatch.setattr("evo.cli.replay._EVERY_SECONDS", 0.0)
    result = evo("replay", "--json", "--runs-dir", real)
    data = json.loads(result.out)
    status = json.loads(evo("status", "--json", "--runs-dir", real).out)
    assert result.code == 0
    assert (data["ok"], data["checked"], data["commits"], data["differs"]) == (True, "fold", 12, None)
    assert data["hash"] == status["log_hash"]
    assert "12 of 12 commits verified" in result.err
    assert "hashes, references and placements" in evo("replay", "--runs-dir", real).out


@pytest.mark.parametrize(
    ("statement", "seq", "said"),
    [
        ("UPDATE commits SET operator = 'luck' WHERE seq = 5", 5, "give the hash"),
        ("DELETE FROM commits WHERE seq = 7", 7, "the next commit of the log has seq 8"),
        (f"UPDATE evaluations SET objective = objective + 1 WHERE program = {FIRST}", 0, "hash"),
        ("DELETE FROM placements WHERE seq = 0", 0, "hash"),
    ],
)
def test_the_first_commit_that_differs_is_named(evo, altered, statement, seq, said):
    runs = altered("PRAGMA foreign_keys = OFF", statement)
    result = evo("replay", "--json", "--runs-dir", runs)
    data = json.loads(result.out)
    assert result.code == 1
    assert (data["ok"], data["differs"]["seq"], data["commits"]) == (False, seq, seq)
    assert re.search(said, data["differs"]["reason"])
    assert f"Commit {seq} (ticket" in evo("replay", "--runs-dir", runs).out


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE placements SET status = 'REJECTED' WHERE seq = 0", "does not fold"),
        ("UPDATE placements SET cell = '[99, 99]' WHERE seq = 0", "does not lie in bin"),
        ("DELETE FROM placements WHERE seq = 0", "offered to no archive"),
        ("UPDATE commits SET after_seq = -1 WHERE seq = 11", "was made from program"),
    ],
)
def test_a_forged_chain_does_not_pass_the_fold(evo, altered, statement, said):
    runs = altered(statement)
    rechained(runs)
    result = evo("replay", "--json", "--runs-dir", runs)
    assert result.code == 1
    assert said in json.loads(result.out)["differs"]["reason"]


def test_a_missing_evaluation_is_damage_not_a_crash(evo, altered):
    runs = altered("PRAGMA foreign_keys = OFF", "DELETE FROM evaluations")
    result = evo("replay", "--runs-dir", runs)
    assert result.code == 1
    assert "its evaluation is not in the database" in result.err


def test_without_a_config_on_record_only_the_chain_is_checked(evo, tmp_path):
    write_run(tmp_path / "runs" / "20260101-120000-toy-3fa9")
    data = json.loads(evo("replay", "--json", "--runs-dir", tmp_path / "runs").out)
    assert (data["ok"], data["checked"], data["commits"]) == (True, "chain", 7)
    assert "no config" in data["why"]
    assert "not folded again" in evo("replay", "--runs-dir", tmp_path / "runs").out
