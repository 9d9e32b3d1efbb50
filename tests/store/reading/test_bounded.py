"""What a page reads of a run: the log as columns, and nothing of a file that evo did not make."""

import json
import shutil
import sqlite3
import zlib
from contextlib import closing

import pytest

from evo.errors import DamagedError, NotFoundError
from evo.store.lock import RunLock
from evo.store.reading import bounded
from evo.store.reading.bounded import BoundedReader
from evo.store.reading.view import open_run
from tests.render.small_run import A, C, E, write_run


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("bounded") / "run")


@pytest.fixture
def folder(shared, tmp_path):
    return shutil.copytree(shared, tmp_path / "run")


@pytest.fixture
def reader(shared):
    with BoundedReader(shared) as reader:
        yield reader


def alter(folder, *statements):
    with closing(sqlite3.connect(folder / "run.db", isolation_level=None)) as connection:
        for statement, *values in statements:
            connection.execute(statement, values)


def words(piece, column):
    return [None if at < 0 else piece["words"][at] for at in piece[column]]


def test_the_columns_are_the_log(shared, reader):
    piece = reader.columns(-1)
    with open_run(shared) as view:
        commits = list(view.commits())
    assert piece["first"] == 0
    assert piece["count"] == len(commits) == 7
    assert not piece["more"]
    assert piece["ticket"] == [commit.ticket for commit in commits]
    assert words(piece, "operator") == [commit.proposal.operator for commit in commits]
    assert words(piece, "outcome") == [str(commit.proposal.outcome) for commit in commits]
    assert piece["objective"] == [0.5, 0.25, 0.75, None, 1.0, None, None]
    assert piece["status"] == [0, 0, 0, 1, 0, -1, -1]
    assert piece["program"][0] == A.id[:12]
    assert piece["program"][4] == piece["program"][5] == E.id[:12]
    assert piece["parent"] == [-1, -1, 0, 1, 2, 0, 2]
    assert piece["parents"] == [[4, 1]]
    assert piece["measures"]["x"] == [0.5, 0.25, 0.75, None, 1.0, None, None]
    assert words(piece, "cause") == [None, None, None, "score FAILED", None, None, None]
    assert sum(piece["cost_usd"]) == pytest.approx(2.5)


def test_what_happened_to_archives_folds_to_the_archive(shared, reader):
    piece = reader.columns(-1)
    places = piece["places"]
    held = {}
    for island, cell, program, status, displaced in zip(
        *(places[name] for name in ("island", "cell", "program", "status", "displaced")), strict=True
    ):
        here = held.setdefault((island, cell), set())
        here.discard(displaced)
        if piece["words"][status] in {"NEW", "IMPROVED", "FOUNDED"}:
            here.add(program)
    told = {
        (island, tuple(piece["cells"][cell]), piece["program"][program])
        for (island, cell), programs in held.items()
        for program in programs
    }
    with open_run(shared) as view:
        assert told == {(each.island, each.elite.cell, each.elite.program[:12]) for each in view.holdings()}


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pieces_that_follow_each_other_make_the_run(reader, size):
    whole, found, after = reader.columns(-1), {"objective": [], "operator": [], "parent": []}, -1
    while True:
        piece = reader.columns(after, size)
        found["objective"] += piece["objective"]
        found["operator"] += words(piece, "operator")
        found["parent"] += piece["parent"]
        after += piece["count"]
        if not piece["more"]:
            break
    assert found["objective"] == whole["objective"]
    assert found["operator"] == words(whole, "operator")
    assert found["parent"] == whole["parent"]


def test_a_program_with_all_that_came_of_it(reader):
    found = reader.program(C.id[:8])
    assert found["id"] == C.id
    assert found["files"] == {"program.py": "x = 'c'\n"}
    assert [each["seq"] for each in found["parents"]] == [0]
    assert found["children"] == [4]
    assert found["evaluation"]["stages"][0]["status"] == "SUCCESS"
    assert reader.program("ffffffff") is None
    assert reader.answer(2)["user"] == "Ticket 2."
    assert reader.answer(0) is None


def test_words_are_found_and_none_is_a_pattern(reader):
    assert reader.find("search") == [2]
    assert reader.find("rate limit") == [6]
    assert reader.find(E.id[:10]) == [5, 4]
    assert reader.find("%") == []
    assert reader.find("_") == [] or reader.find("_") != reader.find("")
    told = reader.commits([6, 2])
    assert [each["seq"] for each in told] == [2, 6]
    assert told[1]["detail"] == "429 rate limit"


def test_how_it_stands(folder):
    with BoundedReader(folder) as reader:
        assert reader.stand()["seq"] == 6
        assert reader.stand()["state"] == "finished"
        alter(folder, ("UPDATE run SET state = 'running'",))
        assert reader.stand()["state"] == "interrupted"
        with RunLock(folder):
            assert reader.stand()["state"] == "running"
        curve = reader.sketch(maximize=True, parts=7)
        assert curve == [0.5, 0.5, 0.75, 0.75, 1.0, 1.0, 1.0]


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(NotFoundError, match="moved or deleted"):
        BoundedReader(tmp_path / "nothing")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER t AFTER INSERT ON commits BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE v USING fts5(x)",
    ],
)
def test_a_file_with_what_evo_never_makes_is_not_read(folder, statement):
    alter(folder, (statement,))
    with BoundedReader(folder) as reader, pytest.raises(DamagedError, match="no evo makes"):
        reader.columns(-1)


def test_a_text_that_grows_without_end_is_not_unpacked(folder):
    bomb = zlib.compress(b"0" * 50_000_000, 9)
    alter(folder, ("UPDATE programs SET files = ? WHERE id = ?", bomb, A.id), ("UPDATE answers SET prompt = ?", bomb))
    with BoundedReader(folder) as reader:
        with pytest.raises(DamagedError, match="longer than"):
            reader.program(A.id)
        with pytest.raises(DamagedError, match="longer than"):
            reader.answer(2)


def test_values_of_other_kinds_do_no_harm(folder):
    alter(
        folder,
        ("UPDATE evaluations SET measures = ?, metrics = '[1]', flags = '{}'", '{"x": "\u202e", "y": [1], "z": 1e999}'),
        ("UPDATE commits SET summary = ?, detail = ?", "\x1b[31m<script>" + "x" * 100_000, "\u0000"),
        ("UPDATE placements SET cell = '\"no\"'",),
    )
    with BoundedReader(folder) as reader:
        piece = reader.columns(-1)
        assert json.dumps(piece, allow_nan=False)
        assert piece["measures"] == {}
        assert set(map(tuple, piece["cells"])) == {()}
        told = reader.commits([0])[0]
        assert told["summary"].startswith("<script>")
        assert len(told["summary"]) <= 4096
        assert json.dumps(reader.program(A.id), allow_nan=False)


def test_bytes_that_are_no_text_are_replaced(folder):
    alter(folder, ("UPDATE commits SET summary = CAST(x'ff41' AS TEXT) WHERE seq = 1",))
    with BoundedReader(folder) as reader:
        assert reader.commits([1])[0]["summary"] == "\ufffdA"


def test_a_question_has_an_end(folder, monkeypatch):
    monkeypatch.setattr(bounded, "CPU_SECONDS", -1.0)
    monkeypatch.setattr(bounded, "_STEPS", 1)
    with BoundedReader(folder) as reader, pytest.raises(DamagedError, match="interrupted"):
        reader.columns(-1)
