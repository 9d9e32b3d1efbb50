"""Questions in SQL."""

import io
import json

import pytest

from evo.errors import DamagedError
from evo.store.reading.sql import _refused
from tests.render.small_run import A

COUNT = "SELECT operator, count(*) AS tickets FROM commits GROUP BY operator ORDER BY 2 DESC, 1"


def test_sql(read, monkeypatch):
    rows = json.loads(read("sql", "3fa9", COUNT, "--json").out)
    assert rows[0] == {"operator": "diff", "tickets": 3}
    assert read("sql", COUNT).out.splitlines()[1].split() == ["diff", "3"]
    monkeypatch.setattr("sys.stdin", io.StringIO(COUNT))
    assert json.loads(read("sql", "--json").out) == rows


def test_sql_shows_compressed_texts_and_blobs(read):
    (row,) = json.loads(
        read("sql", f"SELECT text(files) AS t, files AS b FROM programs WHERE id='{A.id}'", "--json").out
    )
    assert json.loads(row["t"]) == dict(A.files)
    assert row["b"].startswith("<")
    assert "⏎" in read("sql", "SELECT 'a' || char(10) || 'b' AS x").out
    assert json.loads(read("sql", "SELECT 9e999 AS x, text(1) AS y, text(x'00') AS z", "--json").out) == [
        {"x": "inf", "y": 1, "z": None}
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM commits",
        "UPDATE run SET seed = 1",
        "PRAGMA query_only = OFF",
        "DROP TABLE commits",
        "ATTACH DATABASE 'other.db' AS other",
        "VACUUM INTO 'copy.db'",
        "CREATE TEMP TABLE t (x)",
    ],
)
def test_sql_writes_nothing(read, here, statement):
    result = read("sql", statement)
    assert (result.code, result.out) == (2, "")
    assert "reads only" in result.err
    assert list(here.iterdir()) == []
    assert json.loads(read("status", "--json").out)["committed"] == 7


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT * FROM nothing", "the tables are run, sessions"),
        ("SELECT 1; SELECT 2", "one statement"),
        (" ", "expected a question"),
    ],
)
def test_sql_that_makes_no_sense(read, statement, said):
    result = read("sql", "3fa9", statement)
    assert result.code == 2
    assert said in result.err


def test_sql_on_damage_names_recover(tmp_path):
    error = _refused(tmp_path, RuntimeError("database disk image is malformed"))
    assert isinstance(error, DamagedError)
    assert "evo recover" in str(error)
