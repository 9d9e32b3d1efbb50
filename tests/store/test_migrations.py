"""Runs of earlier versions: read as they are, brought up to date by whoever writes, lost by nobody."""

import asyncio
import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from evo.assemble.replay import verified
from evo.cli.main import main
from evo.errors import DamagedError, StoreError
from evo.records import Commit, Completion, Event, EventKind, Program, Prompt, Request
from evo.store import backup as copies
from evo.store import engines, migrations, rows, schema
from evo.store.reading import sql
from evo.store.reading.view import open_run
from evo.store.recover import recover
from evo.store.store import Store
from tests.store.test_store import HEADER

DATA = Path(__file__).parent / "data"
FIXTURES = sorted(DATA.glob("v*.db.gz"))


@pytest.fixture(params=FIXTURES, ids=lambda path: path.name.split(".")[0])
def old(request, tmp_path):
    """A run folder as an earlier version left it."""
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "run.db").write_bytes(gzip.decompress(request.param.read_bytes()))
    return folder


@pytest.fixture
def v1(tmp_path):
    folder = tmp_path / "v1"
    folder.mkdir()
    (folder / "run.db").write_bytes(gzip.decompress((DATA / "v1.db.gz").read_bytes()))
    return folder


def shape(path):
    """Return every table's columns and rules, and the indices."""
    with closing(sqlite3.connect(path)) as raw:
        tables = raw.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
        indices = raw.execute("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").fetchall()
        version = raw.execute("PRAGMA user_version").fetchone()
    return {name: migrations._parts(sql) for name, sql in tables}, sorted(indices), version


def seen(folder):
    with open_run(folder) as view:
        return view.status(), list(view.log()), view.top(5)


def commits(entries):
    return [entry for entry in entries if isinstance(entry, Commit)]


def test_there_is_a_database_of_every_earlier_version():
    assert [path.name for path in FIXTURES] == [f"v{n}.db.gz" for n in range(1, schema.SCHEMA_VERSION)]


def test_an_old_run_is_read_as_it_is(old):
    before = (old / "run.db").read_bytes()
    status, log, top = seen(old)
    assert status["committed"] == len(commits(log)) == 12
    assert status["log_hash"] == commits(log)[-1].hash
    assert status["best"]["program"] == top[0].program
    answer = sql.ask(old, "SELECT count(*), max(length(text(text))) FROM answers")
    assert answer.rows[0][0] > 5
    assert (old / "run.db").read_bytes() == before


def test_the_next_writer_brings_it_up_to_date(old, tmp_path):
    before, was = seen(old), (old / "run.db").read_bytes()
    version = shape(old / "run.db")[2][0]
    store = Store.open(old)
    asked = Request(purpose="note", subject="0", prompt=Prompt(system="s", user="u"), seed=1, llm="fast")
    asyncio.run(store.save(asked, Completion(text="kept")))
    assert store.find(asked).text == "kept"
    assert [commit.hash for commit in store.commits()] == [commit.hash for commit in commits(before[1])]
    store.close()
    assert seen(old)[1:] == before[1:]
    schema.create(tmp_path / "fresh.db").dispose()
    assert shape(old / "run.db") == shape(tmp_path / "fresh.db"), "as if it had been made today"
    kept = old / f"run.v{version}.db"
    assert shape(kept)[2][0] == version
    with closing(sqlite3.connect(kept)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("SELECT count(*) FROM commits").fetchone() == (12,)
    assert was != (old / "run.db").read_bytes()
    assert migrations.upgrade(old / "run.db") is None, "once"


def test_a_column_grown_since_has_a_default(old):
    with closing(sqlite3.connect(old / "run.db")) as raw:
        for table in schema.metadata.sorted_tables:
            there = {row[1] for row in raw.execute(f"PRAGMA table_info({table.name})")}
            grown = [column for column in table.columns if there and column.name not in there]
            for column in grown:
                assert column.nullable or column.server_default is not None, f"{column} is new: give it server_default"


def test_tables_columns_and_rules_of_any_kind_can_change(v1, monkeypatch):
    """What later versions may need: another column, another table, a wider rule, all in one step."""
    grown = schema.MetaData()
    for table in schema.metadata.sorted_tables:
        table.to_metadata(grown)
    grown.tables["answers"].append_column(schema.Column("cached", schema.Integer, nullable=False, server_default="0"))
    schema.Table("notes", grown, schema.Column("epoch", schema.Integer, primary_key=True), sqlite_strict=True)
    commits = grown.tables["commits"]
    commits.append_column(schema.Column("arm", schema.Text))
    commits.append_constraint(schema.CheckConstraint("arm IN ('SHOWN', 'WITHHELD')"))
    monkeypatch.setattr(schema, "metadata", grown)
    with closing(sqlite3.connect(v1 / "run.db")) as raw:
        raw.execute("DROP TABLE stage_cache")  # made only when needed, once
        before = raw.execute("SELECT seq, hash FROM commits").fetchall()
        views = engines.older(raw, grown.sorted_tables)
        for view in views:
            raw.execute(view)
        assert raw.execute("SELECT sum(cached) FROM answers").fetchone() == (0,)
        assert raw.execute("SELECT count(arm) FROM commits").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    migrations.upgrade(v1 / "run.db")
    with closing(sqlite3.connect(v1 / "run.db")) as raw:
        assert raw.execute("SELECT seq, hash FROM commits").fetchall() == before
        assert raw.execute("SELECT sum(cached) FROM answers").fetchone() == (0,)
        assert raw.execute("SELECT count(*) FROM stage_cache").fetchone() == (0,)
        raw.execute("UPDATE commits SET arm = 'SHOWN' WHERE seq = 3")
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute("UPDATE commits SET arm = 'LUCKY' WHERE seq = 3")
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
        assert raw.execute("PRAGMA foreign_key_list(edges)").fetchone()[2] == "commits"


def test_a_step_that_fails_leaves_the_file_as_it_was(v1, monkeypatch):
    before = seen(v1)

    def full(connection):
        connection.execute("DELETE FROM edges")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations, "STEPS", {2: full})
    with pytest.raises(StoreError, match=rf"from version 1 to {schema.SCHEMA_VERSION} .*full.*as it was"):
        Store.open(v1)
    assert shape(v1 / "run.db")[2] == (1,)
    assert seen(v1) == before
    monkeypatch.undo()
    Store.open(v1).close()
    assert seen(v1)[1:] == before[1:]


def test_a_copy_that_cannot_be_written_stops_it(v1, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(copies, "copy", full)
    with pytest.raises(StoreError, match="as it was"):
        Store.open(v1)
    assert shape(v1 / "run.db")[2] == (1,)


def test_rows_that_dangle_are_named_and_nothing_changes(v1):
    with closing(sqlite3.connect(v1 / "run.db")) as raw:
        raw.execute("DELETE FROM commits WHERE seq = 11")
        raw.commit()
    refers = r"\(row \d+ of \w+ refers to a missing row"
    with pytest.raises(DamagedError, match=rf"cannot become version {schema.SCHEMA_VERSION} {refers}"):
        Store.open(v1)
    assert shape(v1 / "run.db")[2] == (1,)


def test_a_damaged_old_run_is_recovered_into_a_new_one(old, tmp_path):
    saved = {each.table: each for each in recover(old, tmp_path / "new", lambda _: None)}
    assert saved["commits"].saved == 12
    assert saved["events"].saved == seen(old)[0]["events"]
    assert all(not each.problem and not each.refused for each in saved.values())
    assert shape(tmp_path / "new" / "run.db")[2] == (schema.SCHEMA_VERSION,)
    assert seen(tmp_path / "new")[1] == seen(old)[1]


@pytest.fixture
def v2(tmp_path):
    """A run that was made with 5 tickets and twice resumed with more."""
    folder = tmp_path / "v2"
    folder.mkdir()
    (folder / "run.db").write_bytes(gzip.decompress((DATA / "v2.db.gz").read_bytes()))
    return folder


TOLD = [["budget.tickets=8"], ["budget.tickets=12", "executor.workers=1"]]


def test_amendments_become_events_where_they_were_made(v2):
    before = seen(v2)
    with open_run(v2) as view:
        assert view.amendments() == [*TOLD[0], *TOLD[1]]
        assert view.header.parts == "[]"
    stood = [entry for entry in before[1] if isinstance(entry, Event)]
    assert [(e.number, e.kind, e.author, e.after_seq, e.data) for e in stood] == [
        (0, EventKind.AMENDMENT, "person", 4, {"set": TOLD[0]}),
        (1, EventKind.AMENDMENT, "person", 7, {"set": TOLD[1]}),
    ]
    assert [entry.hash for entry in before[1]] == [entry.hash for entry in seen(v2)[1]], "a function of the file"
    store = Store.open(v2)
    assert store.events() == stood
    assert store.amendments() == [*TOLD[0], *TOLD[1]]
    store.close()
    assert seen(v2) == before
    with closing(sqlite3.connect(v2 / "run.db")) as raw:
        assert [row[1] for row in raw.execute("PRAGMA table_info(sessions)")] == ["number", "started", "pid", "host"]
        assert raw.execute("SELECT count(*) FROM sessions").fetchone() == (3,)


def test_every_version_is_verified_before_and_after(old):
    for _ in range(2):
        with open_run(old) as view:
            found = verified(view, lambda *_: None)
        assert (found.difference, found.commits, found.folded) == (None, 12, True), found.why
        assert found.events == seen(old)[0]["events"]
        assert found.hash == seen(old)[0]["log_hash"]
        Store.open(old).close()


KILLED = """
import os, signal, sys
from pathlib import Path
from evo.store import backup, migrations
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
point = sys.argv[2]
if point == "copy":
    backup._sync = die
elif point == "step":
    whole = migrations.STEPS[3]
    migrations.STEPS = {3: lambda connection: (whole(connection), die())}
else:
    setattr(migrations, point, die)
migrations.upgrade(Path(sys.argv[1]) / "run.db")
"""


@pytest.mark.parametrize("point", ["copy", "_grow", "step", "_shape", "_rebuild", "_index"])
def test_killed_on_the_way_it_is_the_old_one_and_the_next_writer_begins_again(v2, point):
    before = seen(v2)
    done = subprocess.run([sys.executable, "-c", KILLED, str(v2), point], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    assert shape(v2 / "run.db")[2] == (2,)
    assert seen(v2) == before
    Store.open(v2).close()
    assert shape(v2 / "run.db")[2] == (schema.SCHEMA_VERSION,)
    assert seen(v2) == before


def test_a_step_sees_new_columns_and_old_ones_and_may_write_what_only_new_rules_know(v1, monkeypatch):
    grown = schema.MetaData()
    for table in schema.metadata.sorted_tables:
        table.to_metadata(grown)
    place = schema.Column("place", schema.Text, nullable=False, server_default="here")
    grown.tables["sessions"].append_column(place)
    outcomes = "outcome IN ('PROPOSED', 'DUPLICATE', 'LLM_ERROR', 'LUCKY')"
    commits = grown.tables["commits"]
    former = next(c for c in commits.constraints if "LLM_ERROR" in str(getattr(c, "sqltext", "")))
    commits.constraints.discard(former)
    commits.append_constraint(schema.CheckConstraint(outcomes))
    monkeypatch.setattr(schema, "metadata", grown)

    def step(connection):
        assert connection.execute("SELECT amendment, place FROM sessions").fetchall() == [("", "here")]
        connection.execute("UPDATE sessions SET place = host")
        connection.execute("UPDATE commits SET outcome = 'LUCKY', program = NULL WHERE seq = 11")

    monkeypatch.setattr(migrations, "STEPS", {3: step})
    migrations.upgrade(v1 / "run.db")
    with closing(sqlite3.connect(v1 / "run.db")) as raw:
        assert raw.execute("SELECT place, host FROM sessions").fetchall() == [("host", "host")]
        assert raw.execute("SELECT outcome FROM commits WHERE seq = 11").fetchone() == ("LUCKY",)
        assert "amendment" not in [row[1] for row in raw.execute("PRAGMA table_info(sessions)")]


def test_the_verbs_read_it_too(v1, capsys):
    for verb in (["status", str(v1), "--json"], ["lineage", f"{v1}:@best"], ["replay", str(v1)]):
        assert main(verb) == 0
    assert json.loads(capsys.readouterr().out.split("\n}\n")[0] + "}")["committed"] == 12


READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


def test_a_finished_run_in_a_folder_that_cannot_be_written(v1):
    store = Store.open(v1)
    store.close()
    command = [sys.executable, "-m", "evo", "status", str(v1), "--json"]
    shut = ["unshare", "-rm", "sh", "-c", READ_ONLY, "sh", str(v1)]
    if not shutil.which("unshare") or subprocess.run([*shut, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a read-only folder cannot be made here")
    assert subprocess.run([*shut, "touch", str(v1 / "x")], capture_output=True, check=False).returncode
    done = subprocess.run([*shut, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["committed"] == 12
    assert not list(v1.glob("*-wal"))


def test_a_file_that_cannot_change_needs_nothing_beside_it(v1, monkeypatch):
    Store.open(v1).close()
    assert "immutable" not in engines.location(v1 / "run.db")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert engines.location(v1 / "run.db").endswith("mode=ro&immutable=1")
    (v1 / "run.db-wal").touch()
    assert "immutable" not in engines.location(v1 / "run.db"), "somebody writes it elsewhere"


def test_programs_are_never_lost_on_a_rule(tmp_path):
    store = Store.create(tmp_path, HEADER, [Program.of("x = 1\n")])
    with pytest.raises(StoreError, match="NOT NULL"):
        store._writer.submit([(rows.insert(schema.programs, once=True), ("a" * 32, None, b"", ""))]).result()
    store.close()
