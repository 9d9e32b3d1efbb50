"""The log as plain values: what is written parses, carries every row, and equals what Python is given."""

import csv
import io
import json
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.cli import export
from evo.errors import NotFoundError, UsageError
from evo.records import Commit, Evaluation, EvaluationStatus, Outcome, Program, Proposal
from evo.store.reading import extract
from evo.store.reading.view import open_run
from tests.render.small_run import write_run

texts = st.text(max_size=20) | st.sampled_from(['a,"b"\r\nc', "\r", "=1+1", "\x1b[0m", " ", "ü\u2028"])
finite = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def logs(draw):
    commits = []
    for seq in range(draw(st.integers(0, 4))):
        program = Program.of({"program.py": draw(texts)})
        score = draw(st.none() | finite)
        evaluation = Evaluation(
            program=program.id,
            status=EvaluationStatus.INVALID if score is None else EvaluationStatus.VALID,
            objective=score,
            measures={} if score is None else {"x": draw(finite)},
            metrics={"y": draw(finite)},
        )
        proposal = Proposal(
            ticket=seq,
            island=draw(st.none() | st.integers(0, 3)),
            operator="diff",
            outcome=Outcome.PROPOSED,
            program=program,
            summary=draw(texts),
            detail=draw(texts),
        )
        commits.append(
            Commit(
                seq=seq,
                ticket=seq,
                after_seq=seq - 1,
                proposal=proposal,
                evaluation=evaluation,
                hash="0" * 32,
                at=draw(finite),
            )
        )
    return commits


class Told:
    """As much of a view as a table asks for."""

    header = SimpleNamespace(trust="")

    def figures(self):
        return ["x"], ["y"]


@settings(max_examples=60, deadline=None)
@given(logs())
def test_tables_carry_every_row(commits):
    file = io.StringIO(newline="")
    assert export.write_table(Told(), iter(commits), file) == len(commits)
    found = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    names, rows = extract.table(Told(), commits)
    expected = [["" if value is None else str(value) for value in row] for row in rows]
    assert [list(row.values()) for row in found] == expected
    assert all(list(row) == names for row in found)
    for row, commit in zip(found, commits, strict=True):
        score = commit.evaluation.objective
        assert row["objective"] == "" if score is None else float(row["objective"]) == score


@settings(max_examples=60, deadline=None)
@given(logs())
def test_lines_carry_every_row(commits):
    file = io.StringIO(newline="")
    assert export.write_records(iter(commits), file) == len(commits)
    found = [json.loads(line) for line in file.getvalue().split("\n")[:-1]]
    assert found == [json.loads(json.dumps(extract.record(commit))) for commit in commits]
    assert [each["summary"] for each in found] == [commit.proposal.summary for commit in commits]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("extract") / "run")


def test_a_run_as_values(folder):
    with open_run(str(folder)) as view:
        rows, records, traces = list(view.table()), list(view.records()), list(view.traces())
    assert [row["ticket"] for row in rows] == [each["ticket"] for each in records] == list(range(7))
    assert rows[2]["objective"] == 0.75
    assert rows[6]["objective"] is rows[6]["program"] is None
    assert rows[4]["measure.x"] == 1.0
    assert [trace["reward"] for trace in traces] == [0.75, None, 1.0, 1.0, None]


def test_a_run_as_data_frames(folder):
    pandas = pytest.importorskip("pandas")
    with open_run(folder) as view:
        table, traces, records = view.frame(), view.frame("traces"), view.frame("records")
        assert list(table.columns) == list(next(view.table()))
    assert isinstance(table, pandas.DataFrame)
    assert table.objective.isna().sum() == 3
    assert table.objective.max() == 1.0
    assert (len(traces), len(records)) == (5, 7)
    assert records["files"][0] == {"program.py": "x = 'a'\n"}


def test_without_pandas(folder, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with open_run(folder) as view, pytest.raises(UsageError, match=r"pip install 'evo-search\[pandas\]'"):
        view.frame()


def test_no_such_folder(tmp_path):
    with pytest.raises(NotFoundError, match=r"expected one that holds run\.db"):
        open_run(tmp_path / "nope")
