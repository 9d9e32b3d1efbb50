"""What the fold keeps of what was tried on a program: the three best and the three worst, whatever their order."""

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

    def settle(self, operator, objective, *parents):
        number = next(self.numbers)
        program = Program.of(f"x = {number}\n")
        status = EvaluationStatus.FAILED if objective is None else EvaluationStatus.VALID
        measures = {} if objective is None else {"x": 0.5}
        evaluation = Evaluation(program=program.id, status=status, objective=objective, measures=measures)
        proposal = Proposal(
            ticket=number, island=0, operator=operator, outcome=Outcome.PROPOSED, parents=parents, program=program
        )
        self.state.settle(after_seq=self.state.seq, proposal=proposal, evaluation=evaluation, at=0.0)
        return program.id

    def kept(self, objectives):
        for objective in objectives:
            self.settle("diff", objective, self.parent)
        return [step.objective for step in self.state.attempts(self.parent)]


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
