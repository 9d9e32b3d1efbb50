"""The adaptive strategy: the best of a trajectory while it gains, all the best when it stops, then a fresh start."""

import pytest

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.topologies import Isolated
from evo.qd.trajectories import Adaptive
from evo.records import Direction
from evo.testing import samples


class Run:
    """The pools of a strategy, fed with children whose objectives are given."""

    def __init__(self, direction=Direction.MAXIMIZE, seeds=2, **options):
        self.up = direction is Direction.MAXIMIZE
        self.archive = Archive(samples.space(), direction)
        self.pools = Adaptive(**options).begin(Archipelago([self.archive], Isolated(), seeds), 0)
        self.seq = -1
        self.seeds = [self.commit(1.0 + number / 10) for number in range(seeds)]

    def commit(self, objective, *parents):
        self.seq += 1
        value = objective if objective is None or self.up else -objective
        measures = {axis.name: 0.5 for axis in self.archive.space.axes}
        elite = None if value is None else self.archive.elite(f"p{self.seq}", value, measures)
        self.pools.observe(self.seq, parents, elite)
        return f"p{self.seq}"

    def pool(self):
        return [elite.program for elite in self.pools.pool(0).elites()]


@pytest.mark.parametrize("direction", Direction)
def test_while_it_gains_the_best_of_the_trajectory_is_the_parent(direction):
    run = Run(direction, breadth=0.0)
    assert run.pool() == [run.seeds[1]], "it starts from the best seed"
    parent = run.seeds[1]
    for step in range(20):
        parent = run.commit(2.0 + step, parent)
        assert run.pool() == [parent]


def test_the_longer_it_stagnates_the_more_tickets_see_all_of_the_best():
    def wide(stale):
        run = Run(breadth=0.0, patience=100)
        best = run.commit(5.0, run.seeds[1])
        for _ in range(stale):
            run.commit(None, best)
        seen = []
        for _ in range(60):
            run.commit(None, "nobody")
            seen.append(len(run.pool()) > 1)
        return sum(seen) / len(seen)

    early, middle, late = wide(5), wide(50), wide(95)
    assert early < 0.25 < middle < 0.75 < late


def test_a_trajectory_that_has_run_dry_gives_way_to_one_from_a_seed():
    run = Run(breadth=0.0, patience=10)
    best = run.commit(5.0, run.seeds[1])
    for _ in range(10):
        run.commit(None, best)
    (start,) = run.pool()
    assert start in run.seeds
    child = run.commit(3.0, start)
    assert run.pool() == [child], "its own best counts, not that of all"
    run.commit(6.0, best)
    assert run.pool() == [child], "a late child of a trajectory that is over does not bring it back"


def test_all_the_best_are_few_and_from_every_trajectory():
    run = Run(breadth=1.0, width=4, patience=3)
    for step in range(8):
        run.commit(2.0 + step, run.seeds[step % 2])
    assert set(run.pool()) == {"p6", "p7", "p8", "p9"}


@pytest.mark.parametrize(
    ("option", "value"), [("patience", 0), ("width", 1), ("breadth", -0.1), ("breadth", 1.5), ("breadth", float("nan"))]
)
def test_options_out_of_range_are_refused_by_name(option, value):
    with pytest.raises(EvoError, match=f"^{option}: expected .*; got {value}"):
        Adaptive(**{option: value})
