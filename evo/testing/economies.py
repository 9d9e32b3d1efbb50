"""What every economy promises; see `evo.qd.economies.Economy`."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from evo.qd.economies import Curves
from evo.records import Direction
from evo.rng import stream
from evo.testing.part import PartContract, twice

if TYPE_CHECKING:
    from evo.qd.economies import Economy

_POINTS = 12


class EconomyContract(PartContract):
    """The promises of an economy: bars that a judge can hold against a curve, as a function of the log alone."""

    kind: ClassVar[str] = "economy"

    @abstractmethod
    def make(self) -> Economy:
        """Return the economy; see `PartContract.make`."""

    def logs(self) -> list[Curves]:
        """Return curves: none, a single one, and many of either direction, some of which ended early."""
        return [
            _grown(direction, count) for direction in (Direction.MINIMIZE, Direction.MAXIMIZE) for count in (0, 1, 60)
        ]

    def test_bars_are_finite_and_in_order(self) -> None:
        """A bar at 0 or at 1 would end what is not begun, or is done."""
        for curves in self.logs():
            for parents in ([], ["p0"], ["p1", "p0"], ["unknown"]):
                bars = self.make().bars(curves, parents)
                places = [fraction for fraction, _ in bars]
                assert all(0 < each < 1 for each in places), f"a bar lies outside (0, 1): {bars}"
                assert places == sorted(set(places)), f"bars are not in order of their fractions: {bars}"
                assert all(math.isfinite(bar) for _, bar in bars), f"a bar is no finite number: {bars}"

    def test_seeds_without_a_log_are_finished(self) -> None:
        """Nobody can tell what is hopeless before anything is known."""
        assert self.make().bars(Curves(Direction.MAXIMIZE), []) == (), "there are bars before anything is known"

    def test_equal_logs_give_equal_bars(self) -> None:
        """A resume and a replay ask again."""
        part = self.make()
        for curves in self.logs():
            before = (dict(curves.whole), list(curves.ended), curves.best)
            twice(lambda c=curves: part.bars(c, ["p1"]), "bars")
            assert (dict(curves.whole), list(curves.ended), curves.best) == before, "bars changed the curves"


def _grown(direction: Direction, count: int) -> Curves:
    random, curves = stream(count, "curves", 0), Curves(direction)
    for number in range(count):
        level = random.random()
        curve = tuple((at / _POINTS, level + random.gauss(0, 0.1)) for at in range(1, _POINTS + 1))
        early = number % 5 == 4  # noqa: PLR2004 - some
        curves.observe(f"p{number}", curve[:3] if early else curve, None if early else level)
    return curves
