from evo.qd.resets import Never, Periodic
from evo.testing import ResetContract
from tests.contracts.parametrised import over


class TestResets(
    over(Never, lambda: Periodic(every=5), lambda: Periodic(every=3, spared=frozenset({0, 2}), seed=4)), ResetContract
):
    pass
