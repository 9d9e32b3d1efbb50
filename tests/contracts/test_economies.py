from evo.qd.economies import Halving, Racing
from evo.testing import EconomyContract
from tests.contracts.parametrised import over


class TestEconomies(
    over(
        Racing,
        lambda: Racing(against="parent", z=1.0, known=2, start=0.3, until=0.9),
        Halving,
        lambda: Halving(eta=2, rungs=4),
    ),
    EconomyContract,
):
    pass
