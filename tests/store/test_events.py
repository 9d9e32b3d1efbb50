"""Events in a run's database: durable, at the end of the log, read back where they stand."""

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from evo.assemble.replay import verified
from evo.errors import ConflictError, DamagedError, EvoError, LockedError, UsageError
from evo.records import GENESIS, Commit, Event, EventKind, bind
from evo.store.lock import RunLock
from evo.store.reading import extract, view
from evo.store.reading.view import open_run
from evo.store.recover import recover
from evo.store.remark import add_remark
from evo.store.store import Store
from tests.render.small_run import write_run
from tests.store.test_store import HEADER, commit, failed


@pytest.fixture
def store(tmp_path):
    made = Store.create(tmp_path, HEADER)
    yield made
    made.close()


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "run")


def add(store, kind=EventKind.NOTE, author="person", data=(("text", "x"),), **more):
    return asyncio.run(store.add_event(kind, author=author, data=dict(data), **more))


def append(store, *commits):
    asyncio.run(store.append(commits, issued=9, seconds=2.5))


def test_what_goes_in_comes_out(store, tmp_path):
    first = add(store, EventKind.AMENDMENT, data={"set": ("a=1", "b=ü\ud800")})
    assert (first.number, first.after_seq) == (0, -1)
    append(store, commit(0), failed(1))
    second = add(store, author="a\x1b[31m\n tool ", data={"text": "\x1b[2Jx", "deep": [{"\x07k": 1e300}, None, True]})
    assert (second.number, second.after_seq, second.author) == (1, 1, "a tool")
    assert second.data == {"text": "x", "deep": [{"k": 1e300}, None, True]}
    assert first.data == {"set": ["a=1", "b=ü\\ud800"]}
    assert store.events() == [first, second]
    assert store.amendments() == ["a=1", "b=ü\\ud800"]
    with open_run(tmp_path) as run:
        assert run.events() == [first, second]
        assert run.amendments() == store.amendments()
    again = Store.open(tmp_path)
    assert again.events() == [first, second]
    again.close()


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"data": {"x": float("nan")}}, "not plain"),
        ({"data": {"x": {1, 2}}}, "not plain"),
        ({"data": {"x": "y" * 70_000}}, "at most 65536"),
        ({"author": " \x1b[0m\n"}, "expected a name"),
    ],
)
def test_what_no_log_can_hold_is_refused(store, bad, said):
    with pytest.raises(EvoError, match=said):
        add(store, **bad)
    assert store.events() == []


def test_an_event_stands_at_the_end_of_the_log_or_nowhere(store):
    append(store, commit(0))
    with pytest.raises(ConflictError, match="after commit 3 was to be entered, but the log ends at commit 0"):
        add(store, after_seq=3)
    assert add(store, after_seq=0).number == 0

    async def at_once():
        writing = asyncio.create_task(store.append([failed(1)], issued=2, seconds=0.0))
        await asyncio.sleep(0)
        with pytest.raises(ConflictError, match="commit 1 is being written"):
            await store.add_event(EventKind.NOTE, author="person", data={})
        await writing
        some = [store.add_event(EventKind.NOTE, author="person", data={"n": n}) for n in range(3)]
        return await asyncio.gather(*some)

    assert [(each.number, each.after_seq) for each in asyncio.run(at_once())] == [(1, 1), (2, 1), (3, 1)]


def test_kinds_and_places_are_ruled_in_the_file_too(store, tmp_path):
    add(store)
    with closing(sqlite3.connect(tmp_path / "run.db")) as raw:
        for change in ("kind = 'whim'", "after_seq = -2", "number = -1", "hash = NULL"):
            with pytest.raises(sqlite3.IntegrityError):
                raw.execute(f"UPDATE events SET {change}")


def test_the_hash_of_the_log_is_what_the_next_commit_continues_from(run):
    with open_run(run) as seen:
        before = seen.status()
    add_remark(run, "fine so far")
    with open_run(run) as seen:
        assert seen.status() == before | {"events": 1}
    mark = add_remark(run, "certified", author="ann", mark=True)
    with open_run(run) as seen:
        assert seen.status() == before | {"events": 2, "log_hash": bind(before["log_hash"], mark)}
        found = verified(seen, lambda *_: None)
        assert (found.difference, found.commits, found.events, found.hash) == (None, 7, 2, seen.status()["log_hash"])


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 400])
def test_a_log_reads_the_same_in_chunks_of_any_size(store, tmp_path, monkeypatch, chunk):
    for seq in range(7):
        if seq % 3 == 0:
            add(store, data={"before": seq})
            add(store, data={"too": seq})
        append(store, failed(seq))
    add(store, data={"last": 7})
    whole = list(store.log())
    monkeypatch.setattr(view, "_CHUNK", chunk)
    with open_run(tmp_path) as run:
        entries = list(run.log())
        assert [entry for entry in entries if isinstance(entry, Commit)] == list(run.commits()) == list(store.commits())
    assert [(type(each), each.hash) for each in entries] == [(type(each), each.hash) for each in whole]
    assert [each.after_seq for each in entries if isinstance(each, Event)] == [-1, -1, 2, 2, 5, 5, 6]


def test_an_event_that_comes_between_two_chunks_is_read(store, tmp_path, monkeypatch):
    append(store, failed(0), failed(1))
    monkeypatch.setattr(view, "_CHUNK", 2)
    with open_run(tmp_path) as run:
        reading = run.log()
        assert [next(reading).seq, next(reading).seq] == [0, 1]
        event = add(store)
        append(store, failed(2))
        assert [each.hash for each in reading] == [event.hash, "h"]


def test_records_have_events_and_tables_have_none(run):
    with open_run(run) as seen:
        before = list(seen.table()), list(seen.traces()), list(seen.records())
    event = add_remark(run, "fine", author="ann")
    with open_run(run) as seen:
        assert (list(seen.table()), list(seen.traces())) == before[:2]
        records = list(seen.records())
    assert records[:-1] == before[2]
    assert records[-1] == extract.record(event)
    assert json.loads(json.dumps(records[-1])) == {
        "event": 0,
        "kind": "note",
        "author": "ann",
        "after_seq": 6,
        "at": event.at,
        "data": {"text": "fine"},
        "hash": event.hash,
    }


def test_a_remark_needs_words_and_the_lock(run):
    with pytest.raises(UsageError, match="empty"):
        add_remark(run, " \n")
    with RunLock(run), pytest.raises(LockedError):
        add_remark(run, "x")


def alter(folder, *statements):
    with closing(sqlite3.connect(folder / "run.db")) as raw, raw:
        for statement in statements:
            raw.execute(statement)


def test_recovery_keeps_events_but_for_those_beyond_the_last_commit(run, tmp_path):
    add_remark(run, "one")
    saved = {each.table: each for each in recover(run, tmp_path / "whole", lambda _: None)}
    assert (saved["events"].saved, saved["events"].refused) == (1, 0)
    with open_run(run) as old, open_run(tmp_path / "whole") as new:
        assert old.events() == new.events()
    alter(run, "PRAGMA foreign_keys = OFF", "DELETE FROM commits WHERE seq = 6")
    saved = {each.table: each for each in recover(run, tmp_path / "cut", lambda _: None)}
    assert (saved["events"].saved, saved["events"].refused) == (0, 1)
    with open_run(tmp_path / "cut") as cut:
        assert verified(cut, lambda *_: None).difference is None


@pytest.mark.parametrize("text", ["[]", "3", "{"])
def test_what_an_event_says_is_an_object_or_damage(run, text):
    add_remark(run, "one")
    alter(run, f"UPDATE events SET data = '{text}'")
    with open_run(run) as seen, pytest.raises(DamagedError, match="cannot be read any further"):
        seen.events()


def test_the_end_of_an_empty_log_can_be_marked(store, tmp_path):
    mark = add(store, EventKind.MARK)
    with open_run(tmp_path) as seen:
        assert seen.status()["log_hash"] == bind(GENESIS, mark)
    assert replace(mark, at=0.0).after_seq == -1
