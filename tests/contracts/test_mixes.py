from evo.propose.operator_bandits import Earned, Thompson, Ucb1, Weighted
from evo.testing import MixContract
from tests.contracts.parametrised import over


class TestMixes(over(Weighted, Ucb1, lambda: Ucb1(reward="gain", by_weight=0.0), Thompson, Earned), MixContract):
    pass
