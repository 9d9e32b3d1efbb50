"""A run as it is read back: every figure against what was written."""

import shutil
import sqlite3

import pytest

from evo.errors import DamagedError, NotFoundError
from evo.records import GENESIS, Outcome, PlacementStatus
from evo.store.lock import RunLock
from evo.store.reading.view import open_run
from tests.render.small_run import SCORES, A, B, C, D, E, write_run


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("view") / "run")


@pytest.fixture
def folder(shared, tmp_path):
    return shutil.copytree(shared, tmp_path / "run")


@pytest.fixture
def view(folder):
    with open_run(folder) as view:
        yield view


def test_status_counts_what_was_committed(view):
    last = list(view.commits())[-1]
    status = view.status()
    islands, spend = status.pop("islands"), status.pop("spend")
    assert status == {
        "run": "20260101-120000-toy-3fa9",
        "problem": "toy",
        "instance": "7",
        "state": "finished",
        "stop_reason": "tickets",
        "seed": 5,
        "tickets_issued": 8,
        "committed": 7,
        "evaluations": 5,
        "holdout": None,
        "splits": [],
        "outcomes": {"PROPOSED": 5, "DUPLICATE": 1, "LLM_ERROR": 1},
        "valid": 4,
        "ended_early": 0,
        "charged_units": 5.0,
        "direction": "maximize",
        "unit": "m",
        "best": {
            "program": E.id,
            "objective": 1.0,
            "ticket": 4,
            "noisy": False,
            "scores": 1,
            "spread": 0.0,
        },
        "noisy": 0,
        "archive": {"cells": 20, "filled": 7, "coverage": 0.35, "qd_score": 4.25},
        "trust": "",
        "tier": "basic",
        "outcomes_by_model": {"m1": {"PROPOSED": 3, "DUPLICATE": 1, "LLM_ERROR": 1}},
        "second_turns": {},
        "tokens": {"prompt": 50, "completion": 10, "cached": 0, "reasoning": 0},
        "cost_usd": 2.5,
        "seconds": 12.5,
        "judgements": [],
        "events": 0,
        "log_hash": last.hash,
    }
    assert {dimension: list(bills) for dimension, bills in spend.items()} == {
        "model": ["m1"],
        "role": ["fast"],
        "operator": ["crossover", "diff", "rewrite"],
        "island": ["0", "1"],
        "purpose": ["propose"],
    }
    assert spend["operator"]["diff"]["answers"] == 3
    assert [island["filled"] for island in islands] == [4, 3]
    assert [island["best"]["program"] for island in islands] == [E.id, E.id]
    assert sum(island["qd_score"] for island in islands) == 4.25


def test_the_archive_is_what_the_placements_say(view):
    """An independent fold in Python against the window query."""
    cells = {}
    for commit in view.commits():
        for placement in [*commit.placements, *(move.placement for move in commit.migrations)]:
            if placement.status is not PlacementStatus.REJECTED:
                programs = [move.program for move in commit.migrations if move.placement is placement]
                cells[placement.island, placement.cell] = (programs or [commit.proposal.program.id])[0]
    held = {(each.island, each.elite.cell): each.elite.program for each in view.holdings()}
    assert held == cells
    assert [each.elite.objective for each in view.holdings()] == sorted(
        (SCORES[p] for p in cells.values()), reverse=True
    )


def test_top_has_different_programs_best_first(view):
    assert [elite.program for elite in view.top(10)] == [E.id, C.id, A.id, B.id]
    assert [elite.program for elite in view.top(2)] == [E.id, C.id]
    assert view.top(0) == []


def test_smaller_is_better_where_the_run_says_so(tmp_path):
    with open_run(write_run(tmp_path / "run", direction="minimize")) as view:
        assert view.best() == (B.id, 0.25, 1)
        assert view.status()["best"]["program"] == view.top(1)[0].program == B.id


def test_the_line_of_a_program(view):
    assert view.parents(E.id) == (C.id, B.id)
    assert view.parents(A.id) == ()
    # A also stands as parent of the ticket that proposed E again; E was made from others first.
    assert view.children(A.id) == (C.id,)
    assert view.children(B.id) == (D.id, E.id)
    assert view.tickets_of(E.id) == (4, 5)
    assert view.commit_of(E.id).ticket == 4
    assert view.commit_of("0" * 32) is None


def test_commits_programs_and_answers(view):
    assert view.commit(6).proposal.outcome is Outcome.LLM_ERROR
    assert view.commit(7) is None
    assert view.program(D.id).files == D.files
    assert view.evaluation(D.id).objective is None
    prompt, completion = view.answer(view.commit(4))
    assert (prompt.user, completion.text, completion.cost_usd) == ("Ticket 4.", "answer", 0.5)
    assert view.answer(view.commit(0)) is None


def test_many_commits_come_in_chunks(view, monkeypatch):
    whole = list(view.commits())
    monkeypatch.setattr("evo.store.reading.view._CHUNK", 3)
    assert list(view.commits()) == whole


def test_a_run_without_commits(tmp_path):
    with open_run(write_run(tmp_path / "run", most=0)) as view:
        status = view.status()
    assert status["best"] is None
    assert status["log_hash"] == GENESIS
    assert status["archive"] == {"cells": 20, "filled": 0, "coverage": 0.0, "qd_score": 0.0}
    assert status["outcomes"] == {}


def test_recorded_as_running_means_running_only_while_someone_holds_the_lock(tmp_path):
    folder = write_run(tmp_path / "run", state="running")
    with open_run(folder) as view:
        assert view.state() == "interrupted"
        with RunLock(folder):
            assert view.state() == "running"
        assert view.status()["state"] == "interrupted"


@pytest.mark.parametrize("state", ["finished", "paused", "interrupted", "failed"])
def test_other_states_are_as_recorded(tmp_path, state):
    with open_run(write_run(tmp_path / "run", state=state)) as view:
        assert view.state() == state


def test_a_view_writes_nothing_and_holds_nothing(folder):
    before = (folder / "run.db").read_bytes()
    with open_run(folder) as view:
        view.status()
        log = view.commits()
        next(log)
        with sqlite3.connect(folder / "run.db") as writer:
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            writer.execute("BEGIN EXCLUSIVE")
            writer.execute("ROLLBACK")
        writer.close()
    assert (folder / "run.db").read_bytes() == before


def test_no_run_there(tmp_path):
    with pytest.raises(NotFoundError, match="no such run folder"):
        open_run(tmp_path / "nothing")
    with pytest.raises(NotFoundError, match="no run database"):
        open_run(tmp_path)


def test_a_damaged_page_is_said_to_be_one(folder):
    path = folder / "run.db"
    data = bytearray(path.read_bytes())
    data[8192 : len(data)] = bytes(len(data) - 8192)
    path.write_bytes(data)
    with pytest.raises(DamagedError, match=r"run\.db: cannot be read"), open_run(folder) as view:
        view.status()


def test_a_copy_elsewhere_can_be_read(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    with open_run(tmp_path / "copy") as view:
        assert view.status()["committed"] == 7
