"""A portfolio: members take turns at plateaus, who earns is asked again, and the best goes from hand to hand."""

import pytest

from evo.errors import EvoError, SpecError
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.topologies import Isolated
from evo.records import Direction
from evo.search.portfolio import Portfolio
from evo.testing import samples


class Run:
    """A portfolio whose children's objectives are given."""

    def __init__(self, **options):
        archive = Archive(samples.space(), Direction.MAXIMIZE, per_cell=50)
        self.islands = Archipelago([archive], Isolated(), 1)
        self.pools = Portfolio(**options).begin(self.islands, 0)
        self.seq = -1
        self.seed = self.commit(1.0)

    def commit(self, objective, *parents):
        self.seq += 1
        measures = dict.fromkeys(self.islands.archives[0].space.names, 0.5)
        elite = None if objective is None else self.islands.elite(0, f"p{self.seq}", objective, measures)
        if elite:
            self.islands.add(0, elite)
        self.pools.observe(self.seq, parents, elite)
        return f"p{self.seq}"

    def pool(self):
        return [elite.program for elite in self.pools.pool(0).elites()]


def test_at_a_plateau_the_best_is_handed_to_the_next():
    run = Run(members=("hill_climb", "conditioned"), patience=5)
    best = run.commit(3.0, run.seed)
    assert run.pool() == [best], "the first member climbs"
    for _ in range(5):
        run.commit(None, best)
    assert set(run.pool()) == {run.seed, best}, "the second starts from what it was given and the seed"
    child = run.commit(2.0, best)
    assert child in run.pool()
    for _ in range(4):
        run.commit(None, best)
    assert run.pool() == [best], "and hands over in turn; what was no gain stays with it"


def test_who_earns_gets_more_of_the_budget():
    run = Run(members=("hill_climb", "random", "conditioned"), patience=4, exploration=0.1)
    shares, objective = [0, 0, 0], 3.0
    for step in range(300):
        now = run.pools._now  # whose tickets these are cannot be seen from outside
        shares[now] += 1
        objective += 1
        run.commit(objective if now == 1 and step % 3 == 0 else None, run.seed)
    assert shares[1] > shares[0] + shares[2]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"members": ("random",)}, "members: expected two"),
        ({"patience": 0}, "patience: expected"),
        ({"exploration": -1.0}, "exploration: expected"),
    ],
)
def test_options_out_of_range_are_refused_by_name(wrong, words):
    with pytest.raises(EvoError, match=words):
        Portfolio(**wrong)


def test_an_unknown_member_is_named():
    with pytest.raises(SpecError, match=r"unknown 'hil_climb'; did you mean"):
        Run(members=("hil_climb", "random"))
