"""A second turn in a run: asked where it is wanted, kept with the run, shown, resumed and executed again."""

import json
import sqlite3

import pytest

from evo.store.reading.bounded import BoundedReader

ANSWERS = ["Idea: none yet.", "<<<<<<< SEARCH\nnot there\n=======\nx\n>>>>>>> REPLACE"]
WORDS = (
    *("run", "smoke", "--quiet", "--set", "budget.tickets=8", "--set", "executor.workers=1"),
    *("--set", f"llms.fast={{use: script, answers: {json.dumps(ANSWERS)}}}"),
)


@pytest.fixture
def run(evo, tmp_path, monkeypatch):
    """Begin a run of a script, with or without second turns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVO_RUNS", raising=False)

    def begin(*words):
        result = evo(*WORDS, *words)
        assert result.code == 0, result.err
        return next((tmp_path / "runs").iterdir())

    return begin


def test_a_script_is_not_asked_again_unless_it_is_said(evo, run):
    run()
    assert json.loads(evo("status", "--json").out)["second_turns"] == {}


def test_what_was_asked_again_is_on_record_and_comes_out_again(evo, run):
    folder = run("--set", "answers.second_turn=true", "--set", "schedule.slots=3")
    status = json.loads(evo("status", "--json").out)
    (counted,) = status["second_turns"].values()
    asked = sum(counted.values())
    assert asked == sum(status["outcomes"].values()) - status["outcomes"]["PROPOSED"] > 0
    assert "second turns" in evo("status").out
    connection = sqlite3.connect(folder / "run.db")
    rows = connection.execute("SELECT count(*), min(attempt) FROM answers WHERE attempt > 0").fetchone()
    assert rows == (asked, 1000)
    (requests,) = connection.execute("SELECT requests FROM commits ORDER BY seq DESC LIMIT 1").fetchone()
    assert len(json.loads(requests)) == 2
    ((ticket,),) = connection.execute("SELECT max(CAST(subject AS INTEGER)) FROM answers WHERE attempt > 0").fetchall()
    connection.close()
    with BoundedReader(folder) as reader:
        assert "could not be used" in reader.answer(ticket)["user"]
    result = evo("replay", "--execute", "--json")
    assert json.loads(result.out)["ok"], result.out
    first, second = (evo("replay", "--json").out for _ in range(2))
    assert first == second


def test_an_earlier_grammar_is_no_damage(evo, run):
    folder = run()
    connection = sqlite3.connect(folder / "run.db")
    (spec,) = connection.execute("SELECT spec FROM run").fetchone()
    begin = spec.index("answers:\n  grammar: 2")
    with connection:
        connection.execute("UPDATE run SET spec = ?", (spec[:begin] + spec[begin + len("answers:\n  grammar: 2\n") :],))
        # The last one, which no later prompt tells of.
        last = "WHERE seq = (SELECT max(seq) FROM commits)"
        connection.execute(f"UPDATE commits SET outcome = 'FORBIDDEN_EDIT', detail = 'as it was read then' {last}")
    connection.close()
    from tests.cli.test_replay import rechained

    rechained(folder.parent)
    told = json.loads(evo("replay", "--execute", "--json").out)
    assert told["ok"], told["differs"]
    assert told["read_otherwise"] == [7]
    assert "would be read otherwise" in evo("replay", "--execute").out
    assert evo("resume", "--quiet", "--set", "budget.tickets=10").code == 0
    events = json.loads(evo("events", "--json").out)
    assert any(
        "answers.grammar=2" in str(event) for event in (events["events"] if isinstance(events, dict) else events)
    )
    assert json.loads(evo("replay", "--execute", "--json").out)["read_otherwise"] == told["read_otherwise"]
