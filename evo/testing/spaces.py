"""What every kind of space promises; see `evo.qd.spaces.SpaceOptions` and `Space`."""

from __future__ import annotations

import json
import math
from abc import abstractmethod
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, cast

from evo.qd.spaces import Axis, Scale
from evo.rng import stream
from evo.testing.part import PartContract, refusal, twice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evo.canonical import JSON
    from evo.qd.spaces import Category, Space, SpaceOptions
    from evo.records import Cell

_HUGE = 1e300


class SpaceContract(PartContract):
    """The promises of a kind of space: every finite measure has a cell, and maps can be drawn."""

    kind: ClassVar[str] = "space"

    @abstractmethod
    def make(self) -> SpaceOptions:
        """Return the kind of space; see `PartContract.make`."""

    def axes(self) -> Sequence[Axis | Category]:
        """Return axes that such a space can hold; override it for others."""
        return (
            Axis(name="x", low=0.0, high=1.0, cells=7),
            Axis(name="y", low=1.0, high=1000.0, cells=4, scale=Scale.LOG),
        )

    def space(self, seed: int = 0) -> Space:
        """Return the space over the axes."""
        return self.make().over(self.axes(), seed)

    def points(self) -> Iterator[Mapping[str, float]]:
        """Yield measures within the ranges, on their ends and far outside."""
        names = [axis.name for axis in self.axes()]
        for value in (0.0, 1.0, -1.0, 0.5, 1000.0, _HUGE, -_HUGE, 5e-324):
            yield dict.fromkeys(names, value)
        for number in range(200):
            rng = stream(0, "contract", number)
            yield {name: rng.choice((rng.random(), rng.gauss(0.0, 1000.0))) for name in names}

    def test_every_finite_measure_has_a_cell_that_can_be_drawn(self) -> None:
        """A program whose measures have no cell could not be kept, and one outside the outline could not be shown."""
        found = self.space()
        bins = [len(_edges(axis)) - 1 for axis in found.outline]
        for measures in self.points():
            cell = cast("object", found.cell_of(measures))
            plain = isinstance(cell, tuple) and all(type(each) is int for each in cast("tuple[object, ...]", cell))
            assert plain, f"the cell of {measures} is {cell!r}; expected a tuple of integers"
            cell = cast("Cell", cell)
            assert len(cell) == len(bins), f"cell {cell} has {len(cell)} coordinates; the outline has {len(bins)}"
            inside = all(0 <= at < most for at, most in zip(cell, bins, strict=True))
            assert inside, f"cell {cell} of {measures} lies outside the outline, whose axes have {bins} bins"

    def test_its_size_is_the_number_of_its_cells(self) -> None:
        """Coverage is counted by it."""
        found = self.space()
        assert found.size >= 1, f"size = {found.size}; expected at least 1"
        bins = [len(_edges(axis)) - 1 for axis in found.outline]
        assert math.prod(bins) == found.size, f"the outline has {math.prod(bins)} cells; size says {found.size}"

    def test_its_names_are_those_of_the_axes(self) -> None:
        """Every axis spans the space, in the order of the config."""
        names = tuple(axis.name for axis in self.axes())
        assert self.space().names == names, f"names = {self.space().names}; expected {names}"

    def test_its_outline_is_plain_data_with_ascending_edges(self) -> None:
        """It is stored with the run, and maps are drawn from it."""
        outline = self.space().outline
        assert json.loads(json.dumps(outline, allow_nan=False)) == outline, f"no plain data: {outline}"
        for axis in outline:
            assert isinstance(axis.get("name"), str), f"expected {{name: text, edges: [numbers]}}; got {axis}"
            edges = _edges(axis)
            assert len(edges) > 1, f"axis {axis['name']}: expected two edges or more; got {edges}"
            rising = all(a < b for a, b in pairwise(edges))
            assert rising, f"axis {axis['name']}: edges do not ascend: {edges}"

    def test_it_depends_on_axes_and_seed_alone(self) -> None:
        """A resumed run finds every elite in its cell."""
        points = list(self.points())
        for seed in (0, 7):
            twice(lambda s=seed: [self.space(s).cell_of(each) for each in points], "over(...).cell_of")

    def test_a_measure_that_is_missing_or_not_finite_is_refused(self) -> None:
        """Such a program has no place, and the message says why."""
        found, names = self.space(), [axis.name for axis in self.axes()]
        for name in names:
            for wrong in (math.nan, math.inf, -math.inf, None):
                measures = {each: 0.5 for each in names if each != name}
                if wrong is not None:
                    measures[name] = wrong
                error = refusal(lambda given=measures: found.cell_of(given))
                assert error is not None, f"measure {name} = {wrong}: expected an EvoError; got a cell"
                assert name in str(error), f"measure {name} = {wrong}: the message does not name it: {error}"


def _edges(axis: Mapping[str, JSON]) -> Sequence[float]:
    edges = axis.get("edges")
    assert isinstance(edges, list), f"expected {{name: text, edges: [numbers]}}; got {axis}"
    return cast("list[float]", edges)
