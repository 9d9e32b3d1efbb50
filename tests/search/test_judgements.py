"""The judgements that run now, as they are told."""

import json

import pytest

from evo.qd.economies import Curves
from evo.records import Direction, Outcome, Program, Proposal
from evo.search.judgements import MOST_SHOWN, Judgements, ordered


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def made(ticket, parent="", bars=None):
    parents = (parent,) if parent else ()
    program = Program.of(f"x = {ticket}\n")
    proposal = Proposal(
        ticket=ticket, island=0, operator="diff", outcome=Outcome.PROPOSED, program=program, parents=parents
    )
    return ordered(proposal, program.id, bars)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def judgements(clock):
    found = Judgements(Curves(Direction.MAXIMIZE), clock=clock)
    found.stirred = 0

    def stir():
        found.stirred += 1

    found.stir = stir
    return found


def test_where_no_judge_tells_anything_nothing_happens(judgements, clock):
    with judgements.running(1, made(1)):
        clock.now += 1000
        assert judgements.describe() == {"rows": [], "more": 0}
    assert judgements.stirred == 0


def test_all_that_run_are_told_as_soon_as_one_judge_tells(judgements, clock):
    first, second = made(7, bars=((0.25, 0.5), (0.5, 0.75))), made(3)
    with judgements.running("a", first), judgements.running("b", second):
        clock.now += 2
        judgements.hear(first, 0.25, 0.625)
        clock.now += 3
        told = judgements.describe()
        assert [row["ticket"] for row in told["rows"]] == [3, 7]
        row = told["rows"][1]
        assert (row["seconds"], row["silent"], row["stuck_after"]) == (5.0, 3.0, 60.0)
        assert (row["fraction"], row["score"], row["bar"], row["curve"]) == (0.25, 0.625, [0.5, 0.75], [[0.25, 0.625]])
        assert (told["rows"][0]["fraction"], told["rows"][0]["bar"]) == (None, None)
        assert judgements.find("a") is first
    assert judgements.describe()["rows"] == []
    assert judgements.find("a") is None
    assert judgements.stirred == 3


def test_one_is_silent_after_a_minute_or_three_of_its_own_pauses(judgements, clock):
    each = made(1)
    with judgements.running(1, each):
        clock.now += 100
        judgements.hear(each, 0.1, None)
        assert each.stuck_after == 300
        clock.now += 10
        judgements.hear(each, 0.2, None)
        assert (each.stuck_after, judgements.silence(each)) == (300, 0)


def test_a_long_course_is_thinned_out_and_stands_beside_those_of_its_children(judgements):
    parent = made(1)
    with judgements.running(1, parent):
        for number in range(1, 1001):
            judgements.hear(parent, number / 1000, float(number))
            assert len(parent.curve) <= 32
    child = made(2, parent=parent.program)
    with judgements.running(2, child):
        judgements.hear(child, 0.5, None)
        (row,) = judgements.describe()["rows"]
    assert 16 <= len(row["beside"]) <= 32
    assert row["curve"] == []


def test_the_curve_that_the_log_has_goes_first(judgements):
    curves = judgements._curves
    curves.observe("p", tuple((n / 100, float(n)) for n in range(1, 101)), 5.0)
    child = made(2, parent="p")
    with judgements.running(2, child):
        judgements.hear(child, 0.5, 1.0)
        (row,) = judgements.describe()["rows"]
    assert len(row["beside"]) <= 33
    assert row["beside"][-1] == [1.0, 5.0]


def test_of_very_many_the_most_silent_are_told(judgements, clock):
    there = [made(number) for number in range(200)]
    runs = [judgements.running(each.ticket, each) for each in there]
    for each in runs:
        each.__enter__()
    for each in there:
        clock.now += 0.1
        for _ in range(50):
            judgements.hear(each, 0.123456789, -1.2345678901234567e-300)
    told = judgements.describe()
    assert [row["ticket"] for row in told["rows"]] == [*range(MOST_SHOWN)]
    assert told["more"] == 200 - MOST_SHOWN
    assert len(json.dumps(told)) < 512 * 1024
    for each in runs:
        each.__exit__(None, None, None)
