"""Further draws under a budget: room is set aside for them, the budget is a hard stop, the log is nobody's luck."""

import json
import sqlite3

import pytest

PROGRAMS = [f"def pack(n, seed, work):\n    return [{i}] * n\n" for i in range(3)]
ANSWERS = [f"Idea: number {i}.\n\n```python\n{text}```\n" for i, text in enumerate(PROGRAMS)]
WORDS = (
    *("run", "smoke", "--quiet", "--set", "budget.tickets=14", "--set", "emitters=[rewrite]"),
    *("--set", f"llms.fast={{use: script, answers: {json.dumps(ANSWERS)}}}", "--set", "executor.sandbox=none"),
)


@pytest.fixture
def run(evo, tmp_path, monkeypatch):
    """Begin a run and return how it ended, and how often each ticket asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVO_RUNS", raising=False)

    def begin(*settings):
        words = [word for setting in settings for word in ("--set", setting)]
        result = evo(*WORDS, *words)
        assert result.code == 0, result.err
        status = json.loads(evo("status", "--json").out)
        folder = tmp_path / "runs" / status["run"]
        connection = sqlite3.connect(folder / "run.db")
        asked = connection.execute("SELECT json_array_length(requests) FROM commits ORDER BY seq").fetchall()
        connection.close()
        return status, [count for (count,) in asked]

    return begin


def used(status):
    return status["tokens"]["prompt"] + status["tokens"]["completion"]


def test_a_budget_leaves_the_draws_as_they_are_until_it_is_short(evo, run):
    free, asked = run()
    assert max(asked) == 4
    ample, again = run("budget.tokens=90000000")
    assert (ample["log_hash"], again) == (free["log_hash"], asked), "room for all of them"
    once, _ = run("budget.tokens=90000000", "schedule.paid_draws=false")
    assert used(once) < used(free)
    short = int(used(free) * 0.8)
    ends = [
        run(f"budget.tokens={short}", f"schedule.slots={slots}", f"executor.workers={workers}")
        for slots, workers in ((1, 1), (4, 2))
    ]
    assert len({status["log_hash"] for status, _ in ends}) == 1, "whatever the slots and workers"
    (status, fewer), _ = ends
    assert used(status) <= short
    assert 1 < max(fewer) <= 4
    assert sum(fewer) < sum(asked), "where there is no room for another draw, none is made"
    assert json.loads(evo("replay", "--execute", "--json").out)["ok"], "no draw is made that the run did not make"


def test_by_arrival_a_draw_finds_its_room_when_it_comes(evo, run):
    schedule = "schedule={slots: 4, window: 4, commit: arrival}"
    free, _ = run(schedule)
    short = int(used(free) * 0.8)
    status, asked = run(schedule, f"budget.tokens={short}")
    assert used(status) <= short
    assert max(asked) > 1
    assert json.loads(evo("replay", "--execute", "--json").out)["ok"]
