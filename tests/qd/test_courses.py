"""The strategy `widening`: the best of a trajectory while it gains, the archive when it stops, then a fresh start."""

import pytest

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.courses import Widening
from evo.qd.islands import Archipelago
from evo.qd.noise import Noise
from evo.qd.topologies import Isolated
from evo.records import Direction
from evo.testing import samples


class Run:
    """The pools of a strategy, fed with children whose objectives are given; each fills a cell of its own."""

    def __init__(self, direction=Direction.MAXIMIZE, seeds=2, islands=1, noise=None, **options):
        self.up = direction is Direction.MAXIMIZE
        archives = [Archive(samples.space(), direction, island, per_cell=50, noise=noise) for island in range(islands)]
        self.islands = Archipelago(archives, Isolated(), seeds)
        self.pools = Widening(**options).begin(self.islands, 0)
        self.seq = -1
        self.seeds = [self.commit(1.0 + number / 10, island=None) for number in range(seeds)]

    def commit(self, objective, *parents, island=0):
        self.seq += 1
        value = objective if objective is None or self.up else -objective
        measures = dict.fromkeys(self.islands.archives[0].space.names, 0.5)
        elite = None if value is None else self.islands.elite(island, f"p{self.seq}", value, measures)
        if elite:
            self.islands.add(island, elite)
        self.pools.observe(self.seq, parents, elite)
        return f"p{self.seq}"

    def stay(self, parent, times):
        for _ in range(times):
            self.commit(None, parent)

    def pool(self, island=0):
        return [elite.program for elite in self.pools.pool(island).elites()]

    def wide(self, draws=200):
        """Return how often the whole archive is asked, without anything that counts happening."""
        seen = []
        for _ in range(draws):
            self.commit(None, "nobody")
            seen.append(len(self.pool()) > 1)
        return sum(seen) / draws


@pytest.mark.parametrize("direction", Direction)
def test_while_it_gains_the_best_of_the_trajectory_is_the_parent(direction):
    run = Run(direction)
    assert run.pool() == [run.seeds[1]], "it starts from the best seed"
    parent = run.seeds[1]
    for step in range(20):
        parent = run.commit(2.0 + step, parent)
        assert run.pool() == [parent]


def test_after_the_grace_tickets_go_over_to_the_archive_up_to_a_share():
    def share(stale):
        run = Run(grace=20, breadth=0.8, patience=1000)
        best = run.commit(5.0, run.seeds[1])
        run.stay(best, stale)
        return run.wide()

    assert share(20) == 0.0, "no ticket in the time of grace"
    assert share(40) == pytest.approx(0.4, abs=0.1)
    assert share(60) == pytest.approx(0.8, abs=0.1)
    assert share(200) == pytest.approx(0.8, abs=0.1), "never more than the share"


def test_a_gain_brings_the_pressure_back():
    run = Run(grace=5, breadth=1.0, patience=1000)
    run.stay(run.seeds[1], 50)
    assert run.wide() == 1.0
    best = run.commit(9.0, run.seeds[1])
    assert run.pool() == [best]


def test_a_leader_that_has_run_dry_gives_way_to_a_fresh_start_from_a_seed():
    run = Run(breadth=0.0, patience=10, trial=100)
    best = run.commit(5.0, run.seeds[1])
    run.stay(best, 10)
    (start,) = run.pool()
    assert start in run.seeds
    child = run.commit(3.0, start)
    assert run.pool() == [child], "its own best counts, not that of all"
    run.commit(6.0, best)
    assert run.pool() == [child], "a late child of the other trajectory does not bring that back"


def test_a_fresh_start_that_does_not_gain_gives_the_budget_back_to_the_leader():
    run = Run(breadth=0.0, patience=10, trial=3)
    best = run.commit(5.0, run.seeds[1])
    run.stay(best, 10)
    (start,) = run.pool()
    run.stay(start, 3)
    assert run.pool() == [best]
    run.stay(best, 4)
    assert run.pool() == [best], "the leader has half of its patience"
    run.stay(best, 1)
    assert run.pool() != [best]


def test_a_fresh_start_that_overtakes_becomes_the_leader():
    run = Run(breadth=0.0, patience=10, trial=3)
    run.stay(run.seeds[1], 10)
    (start,) = run.pool()
    better = run.commit(7.0, start)
    run.stay(better, 9)
    assert run.pool() == [better], "three commits would have been its trial"


def test_each_island_has_a_course_of_its_own():
    run = Run(islands=2, breadth=0.0)
    first = run.commit(5.0, run.seeds[1], island=0)
    assert run.pool(0) == [first]
    assert run.pool(1) == [run.seeds[1]]
    second = run.commit(4.0, run.seeds[1], island=1)
    assert (run.pool(0), run.pool(1)) == ([first], [second])


def test_noisy_scores_leave_it_to_the_archive():
    run = Run(noise=Noise(1.0))
    run.commit(5.0, run.seeds[1])
    assert len(run.pool()) == 3, "the best single score is the luckiest one"


@pytest.mark.parametrize(
    ("option", "value"),
    [("grace", 0), ("patience", 0), ("trial", 0), ("breadth", -0.1), ("breadth", 1.5), ("breadth", float("nan"))],
)
def test_options_out_of_range_are_refused_by_name(option, value):
    with pytest.raises(EvoError, match=f"^{option}: expected .*; got {value}"):
        Widening(**{option: value})


@pytest.mark.parametrize("direction", Direction)
def test_peers_are_parents_too_until_one_gains(direction):
    run = Run(direction, peers=True, grace=1000, patience=1000)
    first = run.commit(3.0, run.seeds[1])
    assert run.pool() == [first]
    others = [run.commit(3.0, first) for _ in range(3)]
    drawn = set()
    for _ in range(60):
        run.commit(None, first)
        drawn.update(run.pool())
    assert drawn == {first, *others}
    better = run.commit(4.0, others[1])
    for _ in range(20):
        run.commit(None, better)
        assert run.pool() == [better]


def test_without_peers_the_first_of_equals_stays():
    run = Run(grace=1000, patience=1000)
    first = run.commit(3.0, run.seeds[1])
    for _ in range(20):
        run.commit(3.0, first)
        assert run.pool() == [first]


def test_the_last_peers_are_kept():
    run = Run(peers=True, grace=1000, patience=1000)
    first = run.commit(3.0, run.seeds[1])
    others = [run.commit(3.0, first) for _ in range(40)]
    drawn = set()
    for _ in range(600):
        run.commit(None, first)
        drawn.update(run.pool())
    assert drawn == {first, *others[-31:]}
