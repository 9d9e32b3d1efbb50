"""The file that says how far the running judgements are: there while it is true, believed while it can be."""

import asyncio
import json
import os
import time

import pytest

from evo.store import progress_board
from evo.store.lock import RunLock
from evo.store.progress_board import (
    MOST_BYTES,
    PROGRESS,
    STALE_SECONDS,
    ProgressBoard,
    progress_stamp,
    read_judgements,
    read_progress,
)

ROW = {
    "ticket": 3,
    "operator": "diff",
    "program": "ab12",
    "parent": "cd34",
    "seconds": 5.0,
    "silent": 1.0,
    "stuck_after": 60.0,
    "fraction": 0.5,
    "score": 2.5,
    "bar": [0.75, 1.0],
    "curve": [[0.25, 2.0], [0.5, 2.5]],
    "beside": [],
}


@pytest.fixture
def locked(tmp_path):
    with RunLock(tmp_path):
        yield tmp_path


class Shown:
    """What is to stand there."""

    def __init__(self, *rows):
        self.rows, self.asked = list(rows), 0

    def __call__(self):
        self.asked += 1
        return {"rows": self.rows, "more": 0}


async def until(condition, seconds=20):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a file tells nobody that it is there
            await asyncio.sleep(0.01)


def names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "run.lock")


def put(folder, **over):
    document = {"at": time.time(), "rows": [ROW], "more": 0, **over}
    (folder / PROGRESS).write_text(json.dumps(document))


def test_it_is_there_while_there_is_something_to_tell(locked):
    async def live():
        shown = Shown(ROW)
        board = ProgressBoard(locked, shown, every=0.05)
        assert names(locked) == []
        board.stir()
        await until(lambda: read_progress(locked))
        assert read_progress(locked)["rows"] == [ROW]
        shown.rows = []
        board.stir()
        await until(lambda: names(locked) == [])
        shown.rows = [ROW]
        board.stir()
        await until(lambda: names(locked) == [PROGRESS])
        await board.close()
        await board.close()
        board.stir()
        await asyncio.sleep(0.1)
        assert names(locked) == []

    asyncio.run(live())


def test_however_much_is_told_it_is_written_now_and_then(locked):
    async def live():
        shown = Shown(ROW)
        board = ProgressBoard(locked, shown, every=0.2)
        began = time.monotonic()
        for _ in range(300):
            board.stir()
            await asyncio.sleep(0.002)
        most = 2 + (time.monotonic() - began) / 0.2
        await board.close()
        assert 1 <= shown.asked <= most

    asyncio.run(live())


def test_the_last_word_is_told_too(locked):
    async def live():
        shown = Shown(ROW)
        board = ProgressBoard(locked, shown, every=0.1)
        board.stir()
        await until(lambda: read_progress(locked))
        shown.rows = [{**ROW, "fraction": 0.75}]
        board.stir()
        await until(lambda: read_progress(locked)["rows"][0]["fraction"] == 0.75)
        await board.close()

    asyncio.run(live())


def test_it_is_renewed_so_that_it_is_believed(locked, monkeypatch):
    monkeypatch.setattr(progress_board, "_BEAT_SECONDS", 0.05)

    async def live():
        board = ProgressBoard(locked, shown := Shown(ROW), every=0.01)
        board.stir()
        await until(lambda: shown.asked > 3)
        await board.close()

    asyncio.run(live())


def test_what_cannot_be_written_is_left_out_and_not_tried_all_the_time(tmp_path):
    async def live():
        folder = tmp_path / "gone"
        board = ProgressBoard(folder, shown := Shown(ROW), every=0.01)
        for _ in range(30):
            board.stir()
            await asyncio.sleep(0.01)
        await board.close()
        assert shown.asked == 1

    asyncio.run(live())


def test_a_full_disk_leaves_nothing_that_is_not_true_any_more(locked, monkeypatch):
    async def live():
        board = ProgressBoard(locked, shown := Shown(ROW), every=0.01)
        board.stir()
        await until(lambda: names(locked) == [PROGRESS])
        monkeypatch.setattr(progress_board, "_DRAFT", "no/such/folder")
        board.stir()
        await until(lambda: names(locked) == [])
        asked = shown.asked
        board.stir()
        await asyncio.sleep(0.1)
        assert shown.asked == asked
        await board.close()

    asyncio.run(live())


def test_a_disk_that_hangs_holds_nobody_up(locked, monkeypatch):
    hung = asyncio.Event()

    def hang(*_):
        time.sleep(0.5)
        return True

    monkeypatch.setattr(progress_board, "_put", hang)

    async def live():
        board = ProgressBoard(locked, Shown(ROW), every=0.01)
        board.stir()
        await asyncio.sleep(0.05)
        began = time.monotonic()
        for _ in range(10):
            board.stir()
            await asyncio.sleep(0)
        took = time.monotonic() - began
        hung.set()
        await board.close()
        return took

    assert asyncio.run(live()) < 0.4


def test_what_a_killed_session_has_left_is_wiped(locked):
    put(locked)
    (locked / ".progress.json.draft").write_text("{")

    async def live():
        ProgressBoard(locked, Shown())

    asyncio.run(live())
    assert names(locked) == []


def test_it_is_believed_for_a_minute_while_the_process_lives_that_wrote_it(tmp_path):
    put(tmp_path)
    assert read_progress(tmp_path) is None
    with RunLock(tmp_path):
        put(tmp_path)
        assert read_progress(tmp_path)["rows"] == [ROW]
        now = time.time()
        assert read_progress(tmp_path, now=now + STALE_SECONDS + 5) is None
        assert read_progress(tmp_path, now=now - STALE_SECONDS - 5) is None
    assert read_progress(tmp_path) is None
    time.sleep(0.02)
    with RunLock(tmp_path):
        # Killed and taken up at once, by whatever pid: the file is that of a process before.
        assert read_progress(tmp_path) is None
        (tmp_path / PROGRESS).unlink()
        assert read_progress(tmp_path) is None
    assert read_progress(tmp_path / "nowhere") is None


def test_rows_are_told_as_they_are_by_now(locked):
    put(locked, at=time.time() - 20)
    (row,) = read_judgements(locked)
    assert 20 <= row["silent"] - 1 == pytest.approx(row["seconds"] - 5)
    (locked / PROGRESS).unlink()
    assert read_judgements(locked) == []


def test_its_stamp_changes_with_it(locked):
    assert progress_stamp(locked) == (0, 0, 0)
    put(locked)
    before = progress_stamp(locked)
    put(locked, more=12)
    assert before != progress_stamp(locked) != (0, 0, 0)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"x"', "[" * 100_000, '{"at": 1}', "\xff", "1" * 5000, "x" * (MOST_BYTES + 1)],
)
def test_a_file_that_is_not_ours_says_nothing(locked, text):
    (locked / PROGRESS).write_text(text)
    assert read_progress(locked) is None


@pytest.mark.parametrize("rows", [None, {}, "x", [], [None, 3, "x"]])
def test_rows_that_are_none_say_nothing(locked, rows):
    put(locked, rows=rows)
    assert read_progress(locked) is None


def test_what_has_another_form_is_left_out_and_what_is_long_is_cut(locked):
    evil = {
        "ticket": "x",
        "operator": "\u202e\x1b[31m" + "a" * 999,
        "program": 3,
        "parent": None,
        "seconds": "1",
        "silent": float("inf"),
        "stuck_after": True,
        "fraction": 7,
        "score": "<b>",
        "bar": [1, 2, 3],
        "curve": [[0.5, float("nan")], [0.5, 1], "x", [1]] + [[1.0, 1.0]] * 99,
        "beside": {"a": 1},
        "more": "x",
    }
    put(locked, rows=[evil] * 150, more=-5)
    found = read_progress(locked)
    assert (len(found["rows"]), found["more"]) == (64, 0)
    row = found["rows"][0]
    assert len(row["operator"].encode()) <= 80
    assert "\u202e" not in row["operator"]
    assert "\x1b" not in row["operator"]
    assert {**row, "operator": "", "curve": []} == {
        "ticket": 0,
        "operator": "",
        "program": "",
        "parent": "",
        "seconds": 0.0,
        "silent": 0.0,
        "stuck_after": 0.0,
        "fraction": 1.0,
        "score": None,
        "bar": None,
        "curve": [],
        "beside": [],
    }
    assert row["curve"][0] == [0.5, 1.0]
    assert len(row["curve"]) < 64
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_is_not_read(locked, tmp_path, kind):
    if kind == "link":
        put(locked)
        (locked / PROGRESS).rename(locked / "elsewhere")
        (locked / PROGRESS).symlink_to(locked / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(locked / PROGRESS)
    else:
        (locked / PROGRESS).mkdir()
    assert read_progress(locked) is None
