"""Kinds, CVTs, and cells that keep more than one program."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.cvt import CvtSpace
from evo.qd.spaces import Axis, Category, GridSpace, Scale
from evo.records import Direction, PlacementStatus
from evo.rng import stream

SQUARE = (Axis(name="x", low=0.0, high=1.0, cells=1), Axis(name="y", low=1.0, high=100.0, cells=1, scale=Scale.LOG))
CVT = CvtSpace(SQUARE, 40, seed=3)
finite = st.floats(allow_nan=False, allow_infinity=False)
offers = st.lists(st.tuples(st.integers(0, 12), st.integers(-5, 5)), max_size=50)


@given(finite, finite)
def test_a_cvt_cell_is_the_nearest_centroid(x, y):
    (cell,) = CVT.cell_of({"x": x, "y": y})
    point = [axis.share_of(value) for axis, value in zip(SQUARE, (x, y), strict=True)]
    distances = [math.dist(point, centroid) for centroid in CVT.centroids]
    assert distances[cell] == pytest.approx(min(distances))


def test_a_cvts_cells_are_about_equal_and_follow_the_seed():
    rng = stream(0, "test", 0)
    counts = Counter(CVT.cell_of({"x": rng.random(), "y": 100.0 ** rng.random()}) for _ in range(4000))
    assert len(counts) == CVT.size == 40
    assert max(counts.values()) < 4 * min(counts.values())
    assert CvtSpace(SQUARE, 40, seed=3).centroids == CVT.centroids
    assert CvtSpace(SQUARE, 40, seed=4).centroids != CVT.centroids
    assert CVT.names == ("x", "y")
    assert CVT.outline == [{"name": "x x y", "edges": [float(i) for i in range(41)]}]


@pytest.mark.parametrize("measures", [{"x": 0.5}, {"x": 0.5, "y": math.nan}])
def test_a_cvt_wants_every_measure(measures):
    with pytest.raises(EvoError, match="measure 'y'"):
        CVT.cell_of(measures)
    with pytest.raises(EvoError, match="a measure and a cell"):
        CvtSpace((), 5, seed=0)


@given(finite)
def test_a_kind_has_a_bin_of_its_own_and_all_others_share_one(value):
    axis = Category(name="k", values=(3.0, 1.0))
    assert axis.bin_of(value) == {3.0: 0, 1.0: 1}.get(value, 2)
    assert axis.cells == len(axis.edges()) - 1 == 3


def test_a_grid_may_mix_kinds_and_sizes():
    space = GridSpace((Category(name="k", values=(3.0, 1.0)), Axis(name="x", low=0.0, high=1.0, cells=2)))
    assert space.size == 6
    assert space.cell_of({"k": 1.0, "x": 0.7}) == (1, 1)
    assert space.outline == [
        {"name": "k", "edges": [0.0, 1.0, 2.0, 3.0], "values": [3.0, 1.0]},
        {"name": "x", "edges": [0.0, 0.5, 1.0]},
    ]
    for values in ((), (1.0, 1.0), (math.nan,)):
        with pytest.raises(EvoError, match="measure 'k': expected different finite values"):
            Category(name="k", values=values)


@given(offers, st.integers(1, 5), st.sampled_from(Direction))
def test_a_cell_keeps_the_first_of_its_k_best(sequence, k, direction):
    archive = Archive(GridSpace((Axis(name="x", low=0.0, high=1.0, cells=1),)), direction, per_cell=k)
    score = {}
    for number, objective in sequence:
        score.setdefault(f"p{number}", float(objective))
        before = {elite.program for elite in archive.elites()}
        program = f"p{number}"
        placement = archive.add(archive.elite(program, score[program], {"x": 0.5}))
        now = {elite.program for elite in archive.elites()}
        gone = {placement.displaced} if placement.status is PlacementStatus.IMPROVED else set()
        assert now == (before - gone) | ({program} if placement.status is not PlacementStatus.REJECTED else set())
        assert len(now) == len(archive) <= k
        assert (placement.status is PlacementStatus.NEW) == (placement.delta is None)
    held = [elite.objective for elite in archive.elites()]
    assert Counter(held) == Counter(sorted(score.values(), reverse=direction is Direction.MAXIMIZE)[:k])
    if held:
        best = max(held) if direction is Direction.MAXIMIZE else min(held)
        assert archive.best().objective == archive.at((0,)).objective == archive.qd_score == best
        assert archive.filled == 1


@given(offers, st.sampled_from([0.0, 1.0, 2.5]))
def test_only_what_is_better_beyond_the_noise_displaces(sequence, margin):
    archive = Archive(GridSpace((Axis(name="x", low=0.0, high=1.0, cells=1),)), Direction.MAXIMIZE, margin=margin)
    held = None
    for number, (_, objective) in enumerate(sequence):
        placement = archive.add(archive.elite(f"p{number}", float(objective), {"x": 0.5}))
        beats = held is not None and objective - held > margin
        assert (placement.status is PlacementStatus.IMPROVED) == beats
        held = float(objective) if held is None or beats else held
        assert archive.at((0,)).objective == held
    if sequence:
        assert held >= max(objective for _, objective in sequence) - margin


@pytest.mark.parametrize("wrong", [{"per_cell": 0}, {"margin": -1.0}, {"margin": math.nan}])
def test_an_archive_that_keeps_nothing_is_refused(wrong):
    with pytest.raises(EvoError, match="per_cell >= 1 and margin >= 0"):
        Archive(GridSpace(SQUARE), Direction.MAXIMIZE, **wrong)
