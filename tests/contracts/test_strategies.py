from evo.qd.strategies import BestOfN, HillClimb, MapElites, RandomParent
from evo.testing import StrategyContract
from tests.contracts.parametrised import over


class TestStrategies(over(MapElites, BestOfN, RandomParent, lambda: HillClimb(restart_after=7)), StrategyContract):
    pass
