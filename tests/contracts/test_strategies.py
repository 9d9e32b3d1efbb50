from evo.qd.courses import Widening
from evo.qd.populations import AdaEvolve, FunSearch
from evo.qd.strategies import BestOfN, Conditioned, Gepa, HillClimb, MapElites, RandomParent
from evo.qd.trajectories import Adaptive
from evo.search.portfolio import Portfolio
from evo.testing import StrategyContract
from tests.contracts.parametrised import over

STRATEGIES = (
    MapElites,
    BestOfN,
    RandomParent,
    lambda: HillClimb(restart_after=7),
    lambda: Adaptive(patience=7),
    lambda: Widening(grace=2, patience=7, trial=3),
    Gepa,
    lambda: Conditioned(restart=9),
    lambda: FunSearch(populations=3, reset=20),
    lambda: AdaEvolve(every=7),
    lambda: Portfolio(patience=5),
)


class TestStrategies(over(*STRATEGIES), StrategyContract):
    pass
