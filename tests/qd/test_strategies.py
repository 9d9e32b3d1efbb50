"""Strategies that choose their own parents: what their sources say of them, on a few programs."""

from collections import Counter

import pytest

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.strategies import Conditioned, Gepa
from evo.qd.topologies import Isolated
from evo.records import Direction
from evo.testing import samples

AIMS = {"second": Direction.MAXIMIZE, "third": Direction.MINIMIZE}


class Run:
    """The pools of a strategy, fed with children whose objectives are given."""

    def __init__(self, strategy, aims=AIMS):
        archive = Archive(samples.space(), Direction.MAXIMIZE, per_cell=500, aims=aims)
        self.islands = Archipelago([archive], Isolated(), 1)
        self.pools, self.seq, self.aims = strategy.begin(self.islands, 0), -1, aims

    def commit(self, scores, *parents):
        self.seq += 1
        measures = dict.fromkeys(self.islands.archives[0].space.names, 0.5) | dict(
            zip(self.aims, (scores or ())[1:], strict=False)
        )
        elite = self.islands.elite(0, f"p{self.seq}", scores[0], measures) if scores else None
        self.pools.observe(self.seq, parents, elite)
        return f"p{self.seq}"

    def pool(self):
        return [elite.program for elite in self.pools.pool(0).elites()]

    def drawn(self, times=600):
        counts = Counter()
        for _ in range(times):
            self.pools._seq += 1  # another ticket, with nothing committed
            counts.update(self.pool())
        return counts


def test_gepa_draws_leaders_by_how_many_objectives_they_lead():
    run = Run(Gepa())
    run.commit((5.0, 0.0, 9.0))
    run.commit((1.0, 3.0, 2.0), "p0")
    run.commit((4.0, 2.0, 5.0), "p0")
    counts = run.drawn()
    assert set(counts) == {"p0", "p1"}, "who leads nowhere is never a parent"
    assert counts["p1"] / counts["p0"] == pytest.approx(2.0, rel=0.2)


def test_gepa_leaves_out_leaders_that_another_dominates():
    run = Run(Gepa())
    run.commit((5.0, 3.0, 9.0))
    run.commit((4.0, 3.0, 9.0), "p0")
    run.commit((1.0, 1.0, 1.0), "p0")
    assert set(run.drawn(200)) == {"p0", "p2"}, "p1 leads with p0, and is worse elsewhere"


def test_gepa_with_one_objective_takes_the_best():
    run = Run(Gepa(), aims={})
    for score in (1.0, 3.0, 2.0):
        run.commit((score,), "p0") if run.seq >= 0 else run.commit((score,))
    assert set(run.drawn(50)) == {"p1"}


def test_conditioned_shows_a_few_successes_and_begins_again():
    run = Run(Conditioned(shown=2, restart=10), aims={})
    seed = run.commit((1.0,))
    assert run.pool() == [seed]
    found = [run.commit((score,), seed) for score in (0.5, 0.1, 3.0)]
    run.commit(None, seed)
    counts = run.drawn(300)
    assert set(counts) == set(found), "the successes of the sitting, however good"
    assert max(counts.values()) < 1.3 * min(counts.values())
    assert len(run.pool()) == 2
    for _ in range(6):
        run.commit(None, seed)
    assert run.pool() == [seed], "ten commits are a sitting"
    run.commit((9.0,), found[0])
    assert run.pool() == [seed], "a late child of the sitting before does not come back"


@pytest.mark.parametrize("option", ["shown", "restart"])
def test_options_out_of_range_are_refused_by_name(option):
    with pytest.raises(EvoError, match=f"{option}: expected an integer, at least 1; got 0"):
        Conditioned(**{option: 0})
