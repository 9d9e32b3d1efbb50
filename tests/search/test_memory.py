"""What the fold keeps of what was tried on a program: the best and the worst in full, all of it in a word."""

from itertools import count
from random import Random

import pytest

from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Isolated
from evo.records import Direction, Evaluation, EvaluationStatus, Outcome, Program, Proposal
from evo.search.state import State

PARENT = 50


class Fold:
    """A state, fed with children of one parent whose objectives are given."""

    def __init__(self, direction):
        space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=4),))
        self.state = State(Archipelago([Archive(space, direction)], Isolated(), 1), direction)
        self.numbers = count()
        self.parent = self.settle("seed", PARENT)

    def settle(self, operator, objective, *parents, summary="", program=None):
        number = next(self.numbers)
        program = program or Program.of(f"x = {number}\n")
        status = EvaluationStatus.FAILED if objective is None else EvaluationStatus.VALID
        measures = {} if objective is None else {"x": 0.5}
        evaluation = Evaluation(program=program.id, status=status, objective=objective, measures=measures)
        proposal = Proposal(
            ticket=number,
            island=0,
            operator=operator,
            outcome=Outcome.PROPOSED,
            parents=parents,
            program=program,
            summary=summary,
        )
        again = self.state.repeats(proposal)
        self.state.settle(after_seq=self.state.seq, proposal=proposal, evaluation=None if again else evaluation, at=0.0)
        return program.id

    def kept(self, objectives):
        for objective in objectives:
            self.settle("diff", objective, self.parent)
        return [step.objective for step in self.state.memory.attempts(self.parent)]


ORDERS = {
    "rising": sorted,
    "falling": lambda values: sorted(values, reverse=True),
    "mixed": lambda values: Random(0).sample(values, len(values)),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("direction", Direction)
def test_the_best_and_the_worst_attempts_are_kept(order, direction):
    objectives = ORDERS[order]([float(value) for value in range(20)])
    up = direction is Direction.MAXIMIZE
    kept = Fold(direction).kept(objectives)
    assert kept == ([19, 18, 17, 2, 1, 0] if up else [0, 1, 2, 17, 18, 19]), "best first"


def test_up_to_six_are_kept_as_they_are():
    assert Fold(Direction.MAXIMIZE).kept([1.0, 6.0, 3.0, 2.0, 5.0, 4.0]) == [6, 5, 4, 3, 2, 1]


def test_an_attempt_without_a_score_is_the_worst():
    kept = Fold(Direction.MAXIMIZE).kept([None, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    assert kept == [7, 6, 5, 2, 1, None]


def test_every_change_is_remembered_once_with_the_best_that_came_of_it():
    fold = Fold(Direction.MAXIMIZE)
    for number in range(30):
        fold.settle("diff", float(number), fold.parent, summary=f"change {number % 10}")
    fold.settle("diff", None, fold.parent, summary="broken")
    tried = fold.state.memory.tried(fold.parent)
    assert [each.summary for each in tried] == [*(f"change {number}" for number in range(10)), "broken"]
    assert {each.times for each in tried[:10]} == {3}
    assert tried[3].gain == 23 - PARENT
    assert (tried[10].times, tried[10].gain) == (1, None)


def test_a_parent_is_wasted_while_its_children_only_repeat():
    fold = Fold(Direction.MAXIMIZE)
    same = Program.of("x = 'same'\n")
    for expected in (0, 1, 2):
        fold.settle("diff", 1.0, fold.parent, program=same)
        assert fold.state.wasted(fold.parent) == expected
    fold.settle("diff", 2.0, fold.parent)
    assert fold.state.wasted(fold.parent) == 0
    assert fold.state.wasted("nobody") == 0


def test_parents_that_were_joined_are_known_whatever_their_order():
    fold = Fold(Direction.MAXIMIZE)
    child = fold.settle("diff", 60.0, fold.parent)
    other = fold.settle("diff", 55.0, fold.parent)
    assert not fold.state.joined((child, other))
    fold.settle("crossover", 70.0, child, other)
    assert fold.state.joined((other, child))
    assert fold.state.kin(child, fold.parent)
    assert fold.state.kin(fold.parent, child)
    assert not fold.state.kin(child, other)
