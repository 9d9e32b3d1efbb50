from evo.qd.topologies import Complete, Isolated, RandomAcceptor, Ring, Star
from evo.testing import TopologyContract
from tests.contracts.parametrised import over


class TestTopologies(
    over(
        Isolated,
        lambda: Ring(every=3),
        lambda: Star(every=4, migrants=3),
        lambda: Complete(every=2, choose="pareto"),
        lambda: RandomAcceptor(every=3, migrants=2, choose="random", seed=5),
    ),
    TopologyContract,
):
    pass
