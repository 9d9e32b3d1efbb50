from evo.qd.strategies import BestOfN, HillClimb, MapElites, RandomParent
from evo.qd.trajectories import Adaptive
from evo.testing import StrategyContract
from tests.contracts.parametrised import over

STRATEGIES = (MapElites, BestOfN, RandomParent, lambda: HillClimb(restart_after=7), lambda: Adaptive(patience=7))


class TestStrategies(over(*STRATEGIES), StrategyContract):
    pass
