"""Bands: a panel for each problem, a median for each kind of run."""

import pytest

from evo.errors import NotFoundError
from evo.figures import bands


def test_runs_of_one_kind_are_one_curve(view, short):
    figure = bands([view, short], targets=[0.75])
    assert "2 runs: median" in figure.says
    assert figure.png() == bands([view, short], targets=[0.75]).png()


def test_without_programs_and_without_runs(empty):
    assert "no VALID program" in bands([empty]).says
    with pytest.raises(NotFoundError, match="no runs to draw"):
        bands([])
