"""A file of lines that may end anywhere: a kill can leave any number of bytes of what was written last."""

import csv
import json
from pathlib import Path

import pytest

from evo.errors import EvoError
from evo.testing.trackers import RUN, TrackerContract
from evo.trackers.csv import CsvTable
from evo.trackers.jsonl import JsonLines
from evo.trackers.line_file import LineFile
from evo.trackers.row import COMMIT, numbers
from evo.trackers.tracker import TrackedRun


class Rows(TrackerContract):
    def make(self):
        return JsonLines()


ROWS = Rows().rows()


def opened(tracker, folder, run=RUN):
    given = {"problem": "p", "objective": "o", "direction": "maximize", "unit": "", "config": {}}
    return tracker.open(TrackedRun(id=run, folder=folder, measures=("x", "y"), **given))


def told_from(tracking, rows):
    told = tracking.told()
    left = [
        row for row in rows if (row["seq"] >= told.commits if row["entry"] == COMMIT else row["number"] >= told.events)
    ]
    tracking.tell(left)
    tracking.close("finished")


@pytest.mark.parametrize("tracker", [CsvTable(), JsonLines()])
def test_whatever_a_kill_left_the_next_session_ends_with_the_same_file(tracker, tmp_path):
    told_from(opened(tracker, tmp_path), ROWS)
    path = tmp_path / tracker.path
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        told_from(opened(tracker, tmp_path), ROWS)
        assert path.read_bytes() == whole, length


def test_a_line_longer_than_what_is_read_at_once(tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b"first\n" + b"x" * 200_000)
    file = LineFile(path)
    file.add(["second"])
    assert list(file.lines()) == ["first", "second"]
    file.close()


def test_a_table_reads_as_one(tmp_path):
    told_from(opened(CsvTable(), tmp_path), ROWS)
    with (tmp_path / "commits.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["seq"]) for row in rows] == list(range(12))
    assert [row["measure.x"] for row in rows[:4]] == ["0.0", "", "", str(3 / 64)]
    assert json.loads(rows[0]["metrics"]) == {}


def test_lines_are_the_rows(tmp_path):
    told_from(opened(JsonLines(), tmp_path), ROWS)
    lines = [json.loads(line) for line in (tmp_path / "commits.jsonl").read_text().splitlines()]
    assert lines == [json.loads(json.dumps(row)) for row in ROWS]
    assert [line["entry"] for line in lines].index("event") == 6


@pytest.mark.parametrize("tracker", [CsvTable(path="/tmp/x"), JsonLines(path="/tmp/x")])
def test_a_file_of_another_run_is_left_alone(tracker, tmp_path):
    path = tmp_path / "shared"
    ours = type(tracker)(path=str(path))
    told_from(opened(ours, tmp_path), ROWS)
    before = path.read_bytes()
    other = opened(ours, tmp_path, run="another")
    with pytest.raises(EvoError, match=f"another run|holds the run '{RUN}'"):
        other.told()
    other.close("failed")
    assert Path(path).read_bytes() == before


def test_numbers_are_finite_and_named():
    row = {**ROWS[0], "measures": {"x": 0.5, "bad": float("nan")}, "metrics": {"speed": 3}, "best": None}
    assert numbers(row) == {
        "objective": 0.0,
        "usd": 0.25,
        "tokens": 7.0,
        "measure.x": 0.5,
        "metric.speed": 3.0,
    }
