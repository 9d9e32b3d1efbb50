"""Disks that fill, files that are locked, damaged, cut off or not ours: a clear message, and nothing durable lost."""

import asyncio
import dataclasses
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from random import Random

import pytest

from evo.cli.main import main
from evo.config.run import BudgetSpec
from evo.errors import DamagedError, EvoError, StoreError
from evo.records import Outcome
from evo.store import backup, checkup, schema, writer
from evo.store import engines as opening
from evo.store.reading.view import open_run
from evo.store.recover import recover
from evo.store.store import Store
from tests.faults.rig import ROOT
from tests.render.small_run import write_run
from tests.store.test_store import append, commit, failed
from tests.toy import World

PAGE = 4096
SEED = int(os.environ.get("EVO_TEST_SEED", "7"))


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path / "20260101-120000-toy-3fa9")


def whole(path):
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("room", [*range(1, 12, 2), *(pytest.param(n, marks=pytest.mark.soak) for n in range(12, 48))])
def test_a_disk_that_fills_at_some_write_stops_the_run_and_loses_nothing(tmp_path, monkeypatch, room):
    there = World(folder=tmp_path, budget=BudgetSpec(tickets=max(40, 4 * room)))  # long enough to need the room
    store, yielded = there.store(), []
    pages = store._writer._connection.execute("PRAGMA page_count").fetchone()[0]
    store._writer._connection.execute(f"PRAGMA max_page_count = {pages + room}")
    monkeypatch.setattr(there, "store", lambda: store)

    async def go():
        async with there.search(store) as search:
            async for each in search:
                yielded.append(each)  # noqa: PERF401 - what came before the end is wanted

    with pytest.raises(
        StoreError, match=r"run\.db: could not be written \(SQLITE_FULL.*free some space, then `evo resume`"
    ):
        asyncio.run(go())
    store.close()
    monkeypatch.undo()
    assert whole(tmp_path / "run.db")
    kept = there.log()
    assert kept[: len(yielded)] == yielded, "what was acknowledged is there"
    assert there.run()[0].run_state == "finished"
    assert [each.hash for each in there.log()][: len(kept)] == [each.hash for each in kept]


IN_A_SMALL_FOLDER = (
    'mount -t tmpfs -o size=900k tmpfs "$1" && shift && "$@"; code=$?; cp -r "$SMALL/." "$KEPT"; exit $code'
)


def test_a_disk_that_is_really_full(tmp_path):
    small, kept = tmp_path / "small", tmp_path / "kept"
    small.mkdir()
    kept.mkdir()
    alone = ["unshare", "-rm", "sh", "-c", IN_A_SMALL_FOLDER, "sh", str(small)]
    environment = {**os.environ, "SMALL": str(small), "KEPT": str(kept)}
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], env=environment, check=False).returncode:
        pytest.skip("no small file system can be made here")
    command = [sys.executable, "-m", "evo", "run", "smoke", "--runs-dir", str(small), "--quiet"]
    settings = ("budget.tickets=90", "executor.sandbox=none")
    flags = [word for setting in settings for word in ("--set", setting)]
    done = subprocess.run(
        [*alone, *command, *flags], env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 1
    assert "disk" in done.stderr
    assert "Traceback" not in done.stderr
    (folder,) = kept.glob("2*")
    assert whole(folder / "run.db")
    with open_run(folder) as view:
        before = [each.hash for each in view.commits()]
    assert len(before) > 3
    assert main(["resume", str(folder), "--quiet", "--set", f"budget.tickets={len(before) + 4}"]) == 0
    with open_run(folder) as view:
        assert [each.hash for each in view.commits()][: len(before)] == before


def test_a_file_that_another_program_locks_is_waited_for(run):
    store = Store.open(run)
    raw = sqlite3.connect(run / "run.db", isolation_level=None, check_same_thread=False)
    raw.execute("BEGIN EXCLUSIVE")
    before = time.monotonic()
    threading.Timer(0.3, lambda: raw.execute("COMMIT")).start()
    append(store, failed(7))
    assert time.monotonic() - before > 0.25
    store.close()
    raw.close()


def test_a_file_that_stays_locked_is_named(run, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.2)
    store = Store.open(run)
    with closing(sqlite3.connect(run / "run.db", isolation_level=None)) as raw:
        raw.execute("BEGIN EXCLUSIVE")
        with pytest.raises(
            StoreError, match=r"run\.db: could not be written \(SQLITE_BUSY.*another program has locked"
        ):
            append(store, failed(7))
    store.close()
    with open_run(run) as view:
        assert view.committed() == 7


def big(seq):
    return dataclasses.replace(
        failed(seq), proposal=dataclasses.replace(failed(seq).proposal, outcome=Outcome.LLM_ERROR, detail="x" * 60_000)
    )


def test_the_log_of_writes_stays_short_beside_a_reader_that_stays_open(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "LOG_SOFT_BYTES", 2**20)
    folder = write_run(tmp_path / "run", most=0)
    store, longest = Store.open(folder), 0
    with open_run(folder) as view:
        for first in range(0, 400, 20):
            append(store, *(big(seq) for seq in range(first, first + 20)))
            reader = view.commits()
            next(reader)  # a page that draws while the run goes on
            assert view.committed() == first + 20
            del reader
            longest = max(longest, (folder / "run.db-wal").stat().st_size)
    store.close()
    assert (folder / "run.db").stat().st_size > 20e6
    assert longest < 8e6


def test_whoever_holds_the_log_of_writes_for_long_is_complained_about(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "LOG_SOFT_BYTES", 2**20)
    monkeypatch.setattr(writer, "LOG_MAX_BYTES", 2**22)
    monkeypatch.setattr(writer, "_LOG_STEP_BYTES", 2**20)
    monkeypatch.setattr(writer, "_LOG_WAIT_MS", 1)
    folder, said = write_run(tmp_path / "run", most=1), []
    store = Store.open(folder, tell=said.append)
    with closing(sqlite3.connect(folder / "run.db", isolation_level=None)) as held:
        held.execute("BEGIN")
        held.execute("SELECT count(*) FROM commits").fetchone()
        for seq in range(1, 141):
            append(store, big(seq))
        assert "has grown to" in said[0]
        assert len(said) < 8
    before = (folder / "run.db-wal").stat().st_size
    for seq in range(141, 260):
        append(store, big(seq))
    assert (folder / "run.db-wal").stat().st_size <= before + 2**20, "let go of, it is used again"
    store.close()


def refused(path):
    """Return what is said when a run is opened for writing, and after reading everything."""
    said = []
    for act in (lambda: Store.open(path.parent).close(), lambda: read(path.parent)):
        try:
            act()
        except EvoError as error:
            said.append(str(error))
    return said


def read(folder):
    with open_run(folder) as view:
        view.status(), view.holdings(), list(view.commits())


def test_random_pages_overwritten(tmp_path):
    """Whatever page is lost: said at once, never built upon, and every other row is saved."""
    source, random = write_run(tmp_path / "whole"), Random(SEED)
    Store.open(source).close()
    size = (source / "run.db").stat().st_size
    for number in range(20):
        folder = tmp_path / f"run{number}"
        shutil.copytree(source, folder)
        page = random.randrange(size // PAGE)
        with (folder / "run.db").open("r+b") as file:
            file.seek(page * PAGE)
            file.write(random.randbytes(PAGE))
        damaged = (folder / "run.db").read_bytes()
        said = refused(folder / "run.db")
        assert said, f"page {page + 1}"
        assert all("run.db" in text for text in said)
        assert "evo recover" in said[0]
        assert (folder / "run.db").read_bytes() == damaged, "nothing is written over it"
        try:
            saved = {each.table: each for each in recover(folder, tmp_path / f"saved{number}", lambda _: None)}
        except DamagedError as error:
            # The page of the header was lost, or the first of all, which says where the others are.
            said.append(str(error))
            continue
        lost = [each for each in saved.values() if each.problem or each.unreadable]
        assert len(lost) <= 1, "one page is part of one table"
        assert whole(tmp_path / f"saved{number}" / "run.db")


@pytest.mark.parametrize("share", [0.5, 0.9, 0.02])
def test_a_file_cut_off(run, tmp_path, share):
    path = run / "run.db"
    Store.open(run).close()
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert any("run.db" in text and "recover" in text for text in refused(path))
    assert len(path.read_bytes()) == int(len(data) * share)
    assert main(["resume", str(run)]) == 1


@pytest.mark.parametrize("content", [b"", b"\0" * 8192, b"SQLite format 3\0" + b"\xff" * 4096, b"hello\n" * 2000])
def test_what_is_no_run_is_not_made_one(run, content, capsys):
    (run / "run.db").write_bytes(content)
    for verb in ("status", "resume", "replay"):
        assert main([verb, str(run)]) == 1
        said = capsys.readouterr().err
        assert "run.db" in said
        assert "Traceback" not in said
    assert (run / "run.db").read_bytes() == content


def test_files_beside_it_that_are_gone(tmp_path):
    """A log of writes that was deleted takes its commits along; what is left is a whole, shorter run."""
    there = World(folder=tmp_path / "a", budget=BudgetSpec(tickets=30))
    there.folder.mkdir()
    store = there.store()
    append_all(store, 20)
    shutil.copytree(there.folder, tmp_path / "killed")  # as a kill leaves it: with -wal and -shm
    store.close()
    for name in ("run.db-shm", "run.db-wal"):
        folder = tmp_path / name
        shutil.copytree(tmp_path / "killed", folder)
        (folder / name).unlink()
        left = list(Store.open(folder).commits()) if (folder / "run.db").stat().st_size else []
        assert [each.seq for each in left] == list(range(len(left)))
        assert len(left) == 20 or name == "run.db-wal"


def append_all(store, count):
    for seq in range(count):
        append(store, commit(seq) if seq == 0 else failed(seq))


def test_a_file_that_may_not_be_written(run, monkeypatch):
    store = Store.open(run)
    store._writer.submit([("PRAGMA query_only = ON", ())]).result()
    with pytest.raises(StoreError, match=r"SQLITE_READONLY.*make it writable"):
        append(store, failed(7))
    store.close()


def test_large_files_are_checked_in_what_the_log_is_made_of(run, monkeypatch):
    monkeypatch.setattr(checkup, "WHOLE_MAX_BYTES", 0)
    checkup.check(run / "run.db")
    with closing(sqlite3.connect(run / "run.db")) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("UPDATE commits SET outcome = 'LUCKY' WHERE seq = 3")
        raw.commit()
    with pytest.raises(DamagedError, match=r"damaged \(CHECK constraint failed in commits\); `evo recover`"):
        Store.open(run)


def test_a_copy_is_made_and_named_when_the_run_is_lost(run):
    store = Store.open(run)
    store.back_up()
    store.close()
    with closing(sqlite3.connect(run / backup.BACKUP)) as raw:
        assert raw.execute("SELECT count(*) FROM commits").fetchone() == (7,)
    (run / "run.db").write_bytes(b"gone" * 4096)
    with pytest.raises(DamagedError, match=r"run\.backup\.db beside it is a copy"):
        schema.engine_for(run / "run.db", write=False)


def test_no_room_for_a_copy_leaves_the_former_one(run, monkeypatch):
    store = Store.open(run)
    store.back_up()
    before = (run / backup.BACKUP).read_bytes()
    monkeypatch.setattr(backup, "_sync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(StoreError, match=r"No space left on device.*the run is whole"):
        store.back_up()
    store.close()
    assert (run / backup.BACKUP).read_bytes() == before
    assert not list(run.glob(".*draft*"))
