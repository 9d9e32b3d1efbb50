"""Events in the log of a real run: amendments leave no trace in it, a mark does, and altering either is found."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from evo.assemble.resume import resume
from evo.cli.main import main
from evo.errors import DamagedError
from evo.records import EventKind
from evo.search import loop
from evo.store.reading.view import open_run
from evo.store.remark import add_remark
from evo.store.store import Store

SMALL = ["--quiet", "--set", "executor.workers=1", "--set", "islands.migration.every=4"]
FIRST, WHOLE = 8, 14


def begin(runs, tickets):
    assert main(["run", "smoke", *SMALL, "--set", f"budget.tickets={tickets}", "--runs-dir", str(runs)]) == 0
    return next(runs.iterdir())


def go_on(folder, *words):
    assert main(["resume", str(folder), "--quiet", *words]) == 0


def hashes(folder):
    with open_run(folder) as view:
        return [commit.hash for commit in view.commits()]


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A run that nobody touched."""
    return begin(tmp_path_factory.mktemp("plain") / "runs", WHOLE)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A run with a part of the budget, used up."""
    return begin(tmp_path_factory.mktemp("first") / "runs", FIRST)


@pytest.fixture(scope="module")
def lived(first, tmp_path_factory):
    """A run that was amended, remarked on, amended again and marked on the way."""
    folder = tmp_path_factory.mktemp("lived") / "runs" / first.name
    shutil.copytree(first, folder)
    go_on(folder, "--set", f"budget.tickets={FIRST + 2}", "--set", "executor.workers=2")
    add_remark(folder, "promising", author="ann")
    add_remark(folder, "checked by hand", author="ann", mark=True)
    go_on(folder, "--set", f"budget.tickets={WHOLE}")
    return folder


@pytest.fixture
def copy(tmp_path):
    return lambda folder: shutil.copytree(folder, tmp_path / "runs" / folder.name)


def test_an_amended_run_has_the_log_of_one_never_amended(plain, first, copy):
    folder = copy(first)
    go_on(folder, "--set", f"budget.tickets={FIRST + 2}", "--set", "schedule.slots=2")
    go_on(folder, "--set", f"budget.tickets={WHOLE}")
    assert hashes(folder) == hashes(plain)
    with open_run(folder) as amended, open_run(plain) as never:
        told = [(each.kind, each.author, each.after_seq, each.data["set"]) for each in amended.events()]
        assert amended.status()["log_hash"] == never.status()["log_hash"]
        assert never.events() == []
    assert told == [
        ("amendment", "person", FIRST - 1, [f"budget.tickets={FIRST + 2}", "schedule.slots=2"]),
        ("amendment", "person", FIRST + 1, [f"budget.tickets={WHOLE}"]),
    ]


def test_a_mark_is_part_of_all_that_follows(plain, lived):
    marked, unmarked = hashes(lived), hashes(plain)
    assert marked[: FIRST + 2] == unmarked[: FIRST + 2]
    assert all(a != b for a, b in zip(marked[FIRST + 2 :], unmarked[FIRST + 2 :], strict=True))
    with open_run(lived) as view, open_run(plain) as other:
        kinds = [each.kind for each in view.events()]
        assert kinds == [EventKind.AMENDMENT, EventKind.NOTE, EventKind.MARK, EventKind.AMENDMENT]
        # A mark says something of the log; it changes nothing of the search.
        texts = [[commit.proposal.program for commit in each.commits()] for each in (view, other)]
        assert texts[0] == texts[1]


def replayed(folder, capsys, *words):
    capsys.readouterr()
    code = main(["replay", str(folder), "--json", *words])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("words", [(), ("--execute",)])
def test_both_kinds_of_replay_follow_both_chains(lived, capsys, words):
    code, data = replayed(lived, capsys, *words)
    assert (code, data["differs"], data["commits"], data["events"]) == (0, None, WHOLE, 4)
    assert data["hash"] == hashes(lived)[-1]


ALTERED = [
    ("UPDATE events SET author = 'bob' WHERE number = 1", 1, "give the hash"),
    ("UPDATE events SET kind = 'mark' WHERE number = 0", 0, "give the hash"),
    ("""UPDATE events SET data = '{"set":["budget.tickets=99"]}' WHERE number = 0""", 0, "give the hash"),
    ("UPDATE events SET after_seq = 3 WHERE number = 0", 0, "give the hash"),
    ("UPDATE events SET after_seq = 2 WHERE number = 2", 2, "in force after commit 2, but stands after commit 9"),
    ("UPDATE events SET after_seq = 99 WHERE number = 3", 3, "in force after commit 99, but stands after commit 13"),
    ("UPDATE events SET hash = 'f' || substr(hash, 2) WHERE number = 3", 3, "give the hash"),
    ("DELETE FROM events WHERE number = 1", 2, "next event of the log has number 2"),
    ("DELETE FROM events WHERE number = 2", 3, "next event of the log has number 3"),
    ("UPDATE events SET number = number + 1 WHERE number = 3", 4, "next event of the log has number 4"),
]


@pytest.mark.parametrize(("statement", "event", "said"), ALTERED)
def test_an_altered_event_is_named(lived, copy, capsys, *, statement, event, said):
    folder = copy(lived)
    alter(folder, statement)
    code, data = replayed(folder, capsys)
    assert (code, data["ok"], data["differs"]["event"], data["events"]) == (1, False, event, min(event, data["events"]))
    assert said in data["differs"]["reason"]
    assert main(["replay", str(folder)]) == 1
    assert f"Event {event} differs: " in capsys.readouterr().out
    with pytest.raises(DamagedError, match="does not fold"):
        asyncio.run(opened(folder))


def test_executing_names_it_too(lived, copy, capsys):
    folder = copy(lived)
    alter(folder, ALTERED[0][0])
    code, data = replayed(folder, capsys, "--execute")
    assert (code, data["differs"]["event"], data["commits"]) == (1, 1, FIRST + 2)


def test_all_marks_gone_is_a_commit_that_differs(lived, copy, capsys):
    folder = copy(lived)
    alter(folder, "DELETE FROM events WHERE number >= 2")
    code, data = replayed(folder, capsys)
    assert (code, data["differs"]["seq"], data["differs"]["event"]) == (1, FIRST + 2, None)


def test_when_it_was_entered_may_be_anything(lived, copy, capsys):
    folder = copy(lived)
    alter(folder, "UPDATE events SET at = 5")
    assert replayed(folder, capsys)[0] == 0


def test_a_run_that_dies_between_its_amendment_and_its_first_ticket_is_amended(plain, first, copy, monkeypatch):
    folder = copy(first)

    def die(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loop.Search, "_restore", die)
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(opened(folder, f"budget.tickets={WHOLE}"))
    with open_run(folder) as view:
        assert view.amendments() == [f"budget.tickets={WHOLE}"]
        assert view.committed() == FIRST
    go_on(folder)
    assert hashes(folder) == hashes(plain)


def test_a_key_is_in_no_event(first, copy, monkeypatch):
    folder = copy(first)
    monkeypatch.setattr("evo.assemble.models.secrets", lambda _: ["14"])
    asyncio.run(opened(folder, "budget.seconds=1499"))
    store = Store.open(folder)
    assert store.events()[0].data == {"set": ["budget.seconds=[redacted]99"]}
    store.close()


def alter(folder, statement):
    with closing(sqlite3.connect(folder / "run.db")) as raw, raw:
        assert raw.execute(statement).rowcount >= 1


async def opened(folder, *overrides):
    async with resume(folder, overrides):
        pass
