from evo.qd.cvt import Cvt
from evo.qd.spaces import Axis, Category, Grid
from evo.testing import SpaceContract
from tests.contracts.parametrised import over


class TestSpaces(over(Grid, lambda: Cvt(cells=30)), SpaceContract):
    pass


class TestGridOfKinds(over(Grid), SpaceContract):
    def axes(self):
        return (Category(name="x", values=(0.0, 1.0)), Axis(name="y", low=-1.0, high=1.0, cells=3))
