"""The archive as a map: a square for each cell, islands side by side."""

import pytest

from evo.errors import NotFoundError
from evo.figures import archive_map


def test_all_islands_or_one(view):
    held = view.holdings()
    assert f"{len(held)} of 20 cells are filled; the best elite has 1." in archive_map(view).says
    assert len(archive_map(view).canvas.axes) == 3  # two islands and the scale
    one = archive_map(view, island=1)
    assert f"{sum(each.island == 1 for each in held)} of 10" in one.says
    assert "island 1" in one.svg()


def test_an_island_that_is_not_there(view):
    with pytest.raises(NotFoundError, match="has no island 2; its islands are 0 to 1"):
        archive_map(view, island=2)


def test_an_empty_archive_and_one_to_be_minimised(empty, short):
    assert "0 of 20 cells" in archive_map(empty).says
    assert archive_map(short).svg().startswith("<svg ")
