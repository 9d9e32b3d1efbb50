from evo.qd.selectors import (
    Curiosity,
    Least,
    ParetoTournament,
    Proportional,
    RankPower,
    Ratios,
    Sigmoid,
    Softmax,
    Tournament,
    Uniform,
)
from evo.testing import SelectorContract
from tests.contracts.parametrised import over


class TestSelectors(
    over(
        Uniform,
        Tournament,
        lambda: Tournament(size=1),
        lambda: Least(measure="x"),
        ParetoTournament,
        RankPower,
        Softmax,
        Sigmoid,
        Curiosity,
        Ratios,
        Proportional,
    ),
    SelectorContract,
):
    pass
