from evo.qd.island_bandits import BySize, RoundRobin, Ucb
from evo.testing import TurnsContract
from tests.contracts.parametrised import over


class TestTurns(over(RoundRobin, BySize, lambda: BySize(seed=7, patrol=2), Ucb), TurnsContract):
    pass
