"""The best so far: its mean, its targets, and the band of several runs."""

import pytest

from evo.records import Direction
from evo.stats.curve import area, band, count_to_target

MORE, LESS = Direction.MAXIMIZE, Direction.MINIMIZE


def test_area_counts_from_the_first_valid_one():
    assert area([None, 1.0, None, 3.0], MORE) == pytest.approx(5 / 3)
    assert area([4.0, 2.0, 8.0], LESS) == pytest.approx(8 / 3)
    assert area([None], MORE) is None


def test_a_target_is_reached_by_what_equals_it():
    assert count_to_target([None, 1.0, 3.0], 3.0, MORE) == 3
    assert count_to_target([4.0, 2.0], 3.0, LESS) == 2
    assert count_to_target([1.0], 2.0, MORE) is None


def test_a_band_lasts_as_long_as_the_longest_run_and_begins_where_all_have_a_score():
    rows = band([[None, 1.0, 2.0], [1.0], [None, 3.0, 3.0, 5.0], [None, None]])
    assert [at for at, *_ in rows] == [2, 3, 4]
    assert rows[-1] == (4, 1.5, 2.0, 3.5)
    assert band([[None]]) == []
    assert band([[None, 4.0]]) == [(2, 4.0, 4.0, 4.0)]
