"""When a run ends: each budget at its commit, and patience not before there is something to be patient about."""

from types import SimpleNamespace

import pytest

from evo.config.sections import BudgetSpec
from evo.records import Direction, Outcome
from evo.search.budget import FAILURES_IN_A_ROW, TroubleWatch, stop_reason


def state(*, seq, best=None, best_seq=-1, evaluations=0):
    elite = None if best is None else SimpleNamespace(objective=best)
    return SimpleNamespace(
        seq=seq, best=elite, best_seq=best_seq, evaluations=evaluations, direction=Direction.MAXIMIZE
    )


@pytest.mark.parametrize("seq", [4, 5, 50])
def test_a_run_without_a_score_is_not_stuck(tmp_path, seq):
    assert stop_reason(BudgetSpec(patience=5, tickets=1000), state(seq=seq), 0.0, tmp_path) is None


@pytest.mark.parametrize(("seq", "reason"), [(7, None), (11, None), (12, "patience"), (13, "patience")])
def test_patience_counts_from_the_best_on(tmp_path, seq, reason):
    assert (
        stop_reason(BudgetSpec(patience=5, tickets=1000), state(seq=seq, best=1.0, best_seq=7), 0.0, tmp_path) == reason
    )


@pytest.mark.parametrize(
    ("budget", "below", "at"),
    [
        ({"tickets": 10}, {"seq": 8}, {"seq": 9}),
        ({"evaluations": 10}, {"seq": 0, "evaluations": 9}, {"seq": 0, "evaluations": 10}),
        ({"target": 2.0, "tickets": 1000}, {"seq": 0, "best": 1.9}, {"seq": 0, "best": 2.0}),
    ],
)
def test_a_budget_is_used_up_at_its_figure(tmp_path, budget, below, at):
    spec = BudgetSpec(**budget)
    assert stop_reason(spec, state(**below), 0.0, tmp_path) is None
    assert stop_reason(spec, state(**at), 0.0, tmp_path) == next(iter(budget))


def test_seconds_and_the_stop_file_end_a_run(tmp_path):
    spec = BudgetSpec(seconds=3.0, stop_file="stop")
    assert stop_reason(spec, state(seq=0), 2.9, tmp_path) is None
    assert stop_reason(spec, state(seq=0), 3.0, tmp_path) == "seconds"
    (tmp_path / "stop").touch()
    assert stop_reason(spec, state(seq=0), 0.0, tmp_path) == "stop_file"


def watched(*ends):
    """Return what a watch says at the end of tickets, each an outcome and the model that was asked."""
    watch, said = TroubleWatch(()), []
    for outcome, llm in ends:
        proposal = SimpleNamespace(outcome=outcome, llm=llm, detail="", program=None)
        proposal.detail = "no answer"
        said.append(watch.observe(SimpleNamespace(proposal=proposal, evaluation=None), state(seq=0)))
    return said


FAILED, MADE = (Outcome.LLM_ERROR, "fast"), (Outcome.PROPOSED, "")


def test_programs_that_nobody_was_asked_for_do_not_hide_a_model_that_fails():
    said = watched(*([FAILED, MADE] * FAILURES_IN_A_ROW))
    assert "failures of one kind in a row: LLM_ERROR from model fast" in said[-2]
    assert not any(said[:-2])


def test_an_answer_of_the_model_begins_a_new_row():
    row = [FAILED] * (FAILURES_IN_A_ROW - 1)
    assert not any(watched(*row, (Outcome.PROPOSED, "fast"), *row))
