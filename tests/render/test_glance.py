"""A living search at a glance, from commits of the real fold."""

from types import SimpleNamespace

import pytest

from evo.config.sections import BudgetSpec
from evo.llm.prices import Spend
from evo.records import Evaluation, EvaluationStatus, Outcome, Program, Proposal, StageResult, StageStatus
from evo.render.glance import Glance, failure_of, tell_time_left
from evo.search.under_way import Doing, UnderWay
from evo.stats.time_left import TimeLeft
from tests.render.test_live import Search


def glanced(search, *, seconds=1.0):
    glance, now = Glance(search, 0.0), 0.0
    for commit in search.commits():
        now += seconds
        glance.observe(commit, search.state.best.objective if search.state.best else None, now)
    return {each.label: each.text for each in glance.sections(1.0, now)}, glance


def test_what_is_told_of_a_search():
    told, _ = glanced(Search())
    assert told["best"].startswith("1 ▁")
    assert "7/70 tickets · 57 % valid" in told["best"]
    assert "time left: not known yet" in told["best"]
    assert told["islands"] == "0: 1, 4 of 10 cells · 1: 1, 3 of 10 cells"
    assert told["failures"] == "DUPLICATE 1 · INVALID 1 · LLM_ERROR 1; newest LLM_ERROR: 429 rate limit"
    assert told["spent"] == told["trying"] == ""


def test_a_resumed_search_knows_what_failed_before():
    search = Search()
    told, _ = glanced(search)
    again = {each.label: each.text for each in Glance(search, 0.0).sections(1.0, 0.0)}
    assert again["failures"] == told["failures"].partition(";")[0]
    assert again["islands"] == told["islands"]


def test_what_is_spent_stands_beside_its_limit():
    search = Search(budget=BudgetSpec(usd=5.0, tokens=1_000_000), remote=True, spent=Spend(usd=0.3125, tokens=120_000))
    told, _ = glanced(search)
    assert told["spent"] == "0.3125 of 5 usd · 120,000 of 1,000,000 tokens"


def test_what_is_tried_is_told_with_its_idea_and_how_long_it_takes():
    trying = (
        UnderWay(ticket=8, island=1, operator="diff", doing=Doing.ASKED, llm="fast"),
        UnderWay(ticket=9, island=0, operator="rewrite", doing=Doing.JUDGED, llm="fast", idea="wider\n\x1b[31msteps"),
        UnderWay(ticket=10, island=0, operator="diff", doing=Doing.DONE, llm="fast"),
    )
    search = Search(trying=trying)
    glance = Glance(search, 0.0)
    list(glance.sections(None, 0.0))
    told = {each.label: each.text for each in glance.sections(None, 3.0)}
    assert told["trying"].splitlines() == [
        "t8 diff, island 1, asked fast, 3 s",
        "t9 rewrite, island 0, judged, 3 s: wider steps",
        "1 more are done and wait for their turn",
    ]
    search.trying = trying[2:]
    assert "t10 diff, island 0, done, waits its turn" in [*glance.sections(None, 4.0)][-1].text


TRACEBACK = "Traceback (most recent call last):\n  x\nValueError: y"


def commit(outcome=Outcome.PROPOSED, evaluation=None, detail=""):
    program = Program.of("x = 1\n") if outcome is Outcome.PROPOSED else None
    proposal = Proposal(ticket=1, island=0, operator="diff", outcome=outcome, program=program, detail=detail)
    return SimpleNamespace(proposal=proposal, evaluation=evaluation)


def broken(status, stage, detail, feedback=""):
    stages = (StageResult(stage="a", status=StageStatus.SUCCESS), StageResult(stage="b", status=stage, detail=detail))
    return commit(evaluation=Evaluation(program="p", status=status, stages=stages, feedback=feedback))


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (commit(Outcome.UNPARSABLE, detail="no block\nat all"), ("UNPARSABLE", "no block")),
        (broken(EvaluationStatus.FAILED, StageStatus.TIMEOUT, "2 s used"), ("TIMEOUT", "2 s used")),
        (
            broken(EvaluationStatus.FAILED, StageStatus.FAILED, TRACEBACK),
            ("FAILED", "ValueError: y"),
        ),
        (broken(EvaluationStatus.INVALID, StageStatus.FAILED, "d", "circles overlap"), ("INVALID", "circles overlap")),
        (commit(evaluation=Evaluation(program="p", status=EvaluationStatus.VALID, objective=1.0)), ("", "")),
    ],
)
def test_failures_are_told_by_kind(found, kind):
    assert failure_of(found) == kind


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (TimeLeft(low=120.0, high=300.0), "2-5 min left"),
        (TimeLeft(low=120.0, high=300.0, at_most=True), "2-5 min left at most"),
        (TimeLeft(low=0.0, high=300.0, at_most=True), "up to 5 min left"),
        (TimeLeft(low=83.0, high=83.0), "83 s left"),
        (TimeLeft(low=0.0, high=0.0), ""),
        (None, "time left: not known yet"),
    ],
)
def test_time_left_in_words(left, said):
    assert tell_time_left(left, known=3) == said
    assert tell_time_left(None, known=30) == ""


def test_a_judge_that_has_long_said_nothing_is_named():
    judged = {"island": 0, "operator": "diff", "doing": Doing.JUDGED}
    trying = (
        UnderWay(ticket=8, course=(0.25, 1.5), silent=200.0, idea="wider", **judged),
        UnderWay(ticket=9, course=(0.5, None), **judged),
        UnderWay(ticket=10, silent=200.0, **judged),
    )
    glance = Glance(Search(trying=trying), 0.0)
    (told,) = [each.text for each in glance.sections(None, 0.0) if each.label == "trying"]
    assert told.splitlines() == [
        "t8 diff, island 0, judged 25%, 1.5 so far, no word for 3 min 20 s: wider",
        "t9 diff, island 0, judged 50%",
        "t10 diff, island 0, judged",
    ]
