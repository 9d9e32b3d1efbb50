"""What `evo status` draws of judgements that run, and of evaluations that ended early."""

import io

from rich.console import Console

from evo.render.tables import status, tell_units
from evo.store.reading.view import open_run
from tests.render.small_run import write_run
from tests.store.test_progress_board import ROW


def drawn(data):
    stream = io.StringIO()
    Console(file=stream, width=120).print(status(data))
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def told(tmp_path, **over):
    with open_run(write_run(tmp_path / "20260101-120000-toy-3fa9")) as view:
        return {**view.status(), **over}


def test_judgements_are_told_those_first_that_are_silent(tmp_path):
    silent = {**ROW, "ticket": 9, "silent": 200.0, "score": None, "bar": None}
    begun = {**ROW, "ticket": 5, "fraction": None, "score": None, "bar": None}
    lines = drawn(told(tmp_path, judgements=[ROW, begun, silent]))
    first = next(at for at, line in enumerate(lines) if line.startswith("judged"))
    assert lines[first : first + 3] == [
        "judged       t9 diff, 50%, 5 s  no word for 3 min 20 s",
        "judged       t3 diff, 50%, 2.5 so far (to reach: 1 at 75%), 5 s",
        "judged       t5 diff, no word yet, 5 s",
    ]
    many = drawn(told(tmp_path / "more", judgements=[{**ROW, "ticket": n} for n in range(20)]))
    assert sum(line.startswith("judged") for line in many) == 8
    assert any(line.strip() == "and 12 more" for line in many)


def test_without_any_nothing_is_said(tmp_path):
    assert not any("judged" in line or "early" in line for line in drawn(told(tmp_path)))


def test_units_are_told_where_evaluations_ended_early(tmp_path):
    data = told(tmp_path, ended_early=2, charged_units=3.5)
    assert tell_units(data) == "2: 3.5 of 5 units charged, 30% saved"
    assert any("ended early" in line and "30% saved" in line for line in drawn(data))
