"""What is left of a damaged run."""

import json
import shutil
import sqlite3

import pytest

from tests.render.small_run import write_run

NAME = "20260101-120000-toy-3fa9"
PAGE = 4096


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "runs" / NAME)


def pages(run, table):
    """Return the numbers of the leaf pages of a table that has grown over several."""
    connection = sqlite3.connect(run / "run.db")
    root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
    connection.close()
    data = (run / "run.db").read_bytes()
    page = data[(root - 1) * PAGE : root * PAGE]
    assert page[0] == 5  # an inner page of a table
    cells = [int.from_bytes(page[12 + 2 * i : 14 + 2 * i]) for i in range(int.from_bytes(page[3:5]))]
    return [*(int.from_bytes(page[at : at + 4]) for at in cells), int.from_bytes(page[8:12])]


def overwrite(run, page):
    with (run / "run.db").open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)


def many_sessions(run, count):
    connection = sqlite3.connect(run / "run.db")
    with connection:
        rows = [(i, 1.0, i, "host" + "x" * 100) for i in range(1, count + 1)]
        connection.executemany("INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?)", rows)
    connection.close()


def recovered(evo, run, target):
    result = evo("recover", run, target, "--json")
    data = json.loads(result.out)
    return result, {each["table"]: each for each in data["tables"]}


def test_a_whole_run_is_saved_whole(evo, run, tmp_path):
    before = (run / "run.db").read_bytes()
    (run / "run.yaml").write_text("seed: 5\n")
    result, tables = recovered(evo, run, tmp_path / "new")
    assert result.code == 0
    assert (tables["commits"]["saved"], tables["programs"]["saved"]) == (7, 5)
    assert (run / "run.db").read_bytes() == before
    assert (tmp_path / "new" / "run.yaml").read_text() == "seed: 5\n"
    old, new = (json.loads(evo("status", each, "--json").out) for each in (run, tmp_path / "new"))
    assert old == new
    assert evo("replay", tmp_path / "new").code == 0


@pytest.mark.parametrize("which", [1, -1])
def test_all_but_the_rows_of_a_lost_page_are_saved(evo, run, tmp_path, which):
    many_sessions(run, 2000)
    leaves = pages(run, "sessions")
    assert len(leaves) > 10
    overwrite(run, leaves[which])
    result, tables = recovered(evo, run, tmp_path / "new")
    assert result.code == 1
    assert tables["sessions"]["unreadable"] == 1
    assert 2000 - 2 * (2000 // len(leaves)) < tables["sessions"]["saved"] < 2000
    assert tables["commits"] == {"table": "commits", "saved": 7, "unreadable": 0, "refused": 0, "problem": ""}
    assert evo("replay", tmp_path / "new").code == 0


def test_rows_against_the_rules_are_refused(evo, run, tmp_path):
    connection = sqlite3.connect(run / "run.db")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("UPDATE commits SET outcome = 'LUCKY' WHERE seq = 3")
    connection.commit()
    connection.close()
    result, tables = recovered(evo, run, tmp_path / "new")
    assert (result.code, tables["commits"]["saved"], tables["commits"]["refused"]) == (1, 6, 1)
    replayed = evo("replay", tmp_path / "new", "--json")
    assert json.loads(replayed.out)["differs"]["seq"] == 3


def test_nothing_is_made_of_what_is_no_database(evo, run, tmp_path):
    (run / "run.db").write_bytes(b"\xff" * 3 * PAGE)
    result = evo("recover", run, tmp_path / "new")
    assert (result.code, result.out) == (1, "")
    assert "header cannot be read" in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]


def test_nothing_is_overwritten(evo, run, tmp_path):
    shutil.copytree(run, tmp_path / "new")
    assert evo("recover", run, tmp_path / "new").code == 1
    assert evo("recover", "nope", tmp_path / "other", "--runs-dir", tmp_path / "runs").code == 4
