"""Strategies with populations of their own: they do what their sources say, on a few dozen programs."""

from collections import Counter

import pytest

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.populations import AdaEvolve, FunSearch
from evo.qd.topologies import Isolated
from evo.records import Direction
from evo.testing import samples


class Run:
    """The pools of a strategy, fed with children whose objectives are given."""

    def __init__(self, strategy, seeds=(1.0,)):
        archive = Archive(samples.space(), Direction.MAXIMIZE, per_cell=500)
        self.islands = Archipelago([archive], Isolated(), len(seeds))
        self.pools = strategy.begin(self.islands, 0)
        self.seq = -1
        self.seeds = [self.commit(value) for value in seeds]

    def commit(self, objective, *parents):
        self.seq += 1
        measures = dict.fromkeys(self.islands.archives[0].space.names, 0.5)
        elite = None if objective is None else self.islands.elite(0, f"p{self.seq}", objective, measures)
        self.pools.observe(self.seq, parents, elite)
        return f"p{self.seq}"

    def drawn(self, times=300):
        """Count what pools hold, while nothing happens but failures of a stranger's children."""
        counts = Counter()
        for _ in range(times):
            self.pools._seq += 1  # another ticket, without a commit that would count for somebody
            counts.update(elite.objective for elite in self.pools.pool(0).elites())
        return counts


def test_funsearch_draws_clusters_by_a_softmax_of_their_scores():
    run = Run(FunSearch(populations=1, temperature=0.25, versions=1, reset=10**6))
    for _ in range(20):
        run.commit(0.0, run.seeds[0])
    run.commit(0.5, run.seeds[0])
    counts = run.drawn(2000)
    # Gaps of 0, 1/2 and 1 of the range, at a temperature of a quarter: 1, e^-2, e^-4, however many share a score.
    assert counts[0.5] / counts[1.0] == pytest.approx(0.135, rel=0.25)
    assert counts[0.0] / counts[1.0] == pytest.approx(0.018, rel=0.6)


def test_funsearch_cools_with_the_programs_of_a_population():
    def share(count):
        run = Run(FunSearch(populations=1, temperature=1.0, period=100, versions=1, reset=10**6))
        for _ in range(count - 1):
            run.commit(0.0, run.seeds[0])
        counts = run.drawn(600)
        return counts[0.0] / counts.total()

    assert share(2) > share(70) > share(95)


def test_funsearch_shows_versions_of_different_clusters():
    run = Run(FunSearch(populations=1, versions=2, temperature=5.0, reset=10**6))
    for objective in (0.0, 0.5, 0.5, 0.5):
        run.commit(objective, run.seeds[0])
    for _ in range(50):
        run.pools._seq += 1
        shown = [elite.objective for elite in run.pools.pool(0).elites()]
        assert len(set(shown)) == 2


def test_funsearch_lets_the_weaker_half_begin_again_from_survivors():
    run = Run(FunSearch(populations=4, versions=1, temperature=0.01, reset=20), seeds=(1.0,))
    line = [run.commit(1.0 + step, run.seeds[0]) for step in range(4)]
    assert set(run.drawn()) == {1.0, 2.0, 3.0, 4.0}, "each population has its own child of the seed"
    run.pools._seq = run.seq
    while run.seq < 20:
        run.commit(None, line[0])
    assert set(run.drawn()) <= {3.0, 4.0}, "the two weaker ones have what the others had"


def test_adaevolve_explores_less_the_more_a_population_gained():
    strategy = AdaEvolve()
    assert strategy.intensity(0.0) == pytest.approx(0.5, abs=1e-3)
    assert strategy.intensity(1.0) == pytest.approx(0.325, abs=1e-3)
    assert strategy.intensity(1e9) == pytest.approx(0.15, abs=1e-3)


def test_adaevolve_gives_more_tickets_to_the_population_that_gains():
    run = Run(AdaEvolve(populations=2, most=2, migrants=0, every=10**6))
    asked, objective, first = Counter(), 1.0, {}
    for step in range(200):
        number = run.pools._next()
        asked[number] += 1
        parent = first.get(number, run.seeds[0])
        if number not in first:
            first[number] = run.commit(1.0 - step, parent)
        elif number == 0:
            objective *= 1.5
            run.commit(objective, parent)
        else:
            run.commit(None, parent)
    assert asked[0] > 1.3 * asked[1]


def test_adaevolve_sends_the_best_around_the_ring_and_keeps_so_many():
    run = Run(AdaEvolve(populations=2, most=2, migrants=2, every=6, size=3))
    one = run.commit(5.0, run.seeds[0])
    other = run.commit(2.0, run.seeds[0])
    for objective in (6.0, 7.0, 8.0):
        run.commit(objective, one)
    run.commit(None, other)
    held = [[elite.objective for elite in flock.held] for flock in run.pools._flocks]
    assert held[0] == [8.0, 7.0, 6.0], "no more than its size"
    assert held[1] == [8.0, 7.0, 2.0], "the two best of the other one, over what it had"


def test_adaevolve_spawns_when_hardly_anything_gains_up_to_a_number():
    run = Run(AdaEvolve(populations=1, most=3))
    for _ in range(400):
        run.commit(None, run.seeds[0])
    assert len(run.pools._flocks) == 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FunSearch(populations=0), "populations: expected"),
        (lambda: FunSearch(versions=0), "versions: expected"),
        (lambda: FunSearch(temperature=0.0), "temperature: expected"),
        (lambda: AdaEvolve(populations=6), "most: expected"),
        (lambda: AdaEvolve(decay=1.0), "decay: expected"),
        (lambda: AdaEvolve(least=0.9), "least: expected"),
        (lambda: AdaEvolve(migrants=-1), "migrants: expected"),
    ],
)
def test_options_out_of_range_are_refused_by_name(make, words):
    with pytest.raises(EvoError, match=words):
        make()
