"""What must hold for every sequence of additions, selections and migrations."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.selectors import Curiosity, RankPower, Sigmoid, Softmax, Tournament, Uniform
from evo.qd.spaces import Axis, GridSpace, Scale
from evo.qd.topologies import Complete, Isolated, RandomAcceptor, Ring, Star
from evo.records import Direction, PlacementStatus

finite = st.floats(allow_nan=False, allow_infinity=False)
directions = st.sampled_from(Direction)


@st.composite
def axes(draw):
    scale = draw(st.sampled_from(Scale))
    low = draw(st.floats(1e-6, 1e6) if scale is Scale.LOG else st.floats(-1e300, 1e300))
    high = draw(st.floats(min_value=math.nextafter(low, math.inf), allow_nan=False, allow_infinity=False))
    return Axis(name=f"m{draw(st.integers(0, 9))}", low=low, high=high, cells=draw(st.integers(1, 50)), scale=scale)


def grid(cells=4):
    return GridSpace((Axis(name="x", low=0.0, high=1.0, cells=cells),))


additions = st.lists(st.tuples(st.integers(0, 30), st.integers(-5, 5), st.floats(0, 1)), max_size=60)


@given(axes(), finite)
def test_every_finite_measure_has_a_bin_in_range(axis, value):
    assert 0 <= axis.bin_of(value) < axis.cells


@given(axes(), finite, finite)
def test_bins_never_decrease(axis, a, b):
    low, high = sorted((a, b))
    assert axis.bin_of(low) <= axis.bin_of(high)


@given(axes())
def test_the_ends_fall_in_the_outermost_bins(axis):
    assert axis.bin_of(axis.low) == 0
    assert axis.bin_of(axis.high) == axis.cells - 1
    edges = axis.edges()
    assert len(edges) == axis.cells + 1
    assert edges == sorted(edges) or not math.isfinite(axis.high - axis.low)


@pytest.mark.parametrize("measures", [{}, {"x": math.nan}, {"x": math.inf}])
def test_a_measure_that_is_no_number_is_refused(measures):
    with pytest.raises(EvoError, match="measure 'x'"):
        grid().cell_of(measures)


@pytest.mark.parametrize("bad", [{"low": 1.0, "high": 1.0}, {"cells": 0}, {"low": 0.0, "scale": Scale.LOG}])
def test_an_axis_that_cannot_be_divided_is_refused(bad):
    with pytest.raises(EvoError, match="measure 'x'"):
        Axis(**{"name": "x", "low": 0.0, "high": 1.0, "cells": 3, **bad})


@given(additions, directions)
def test_each_cell_keeps_the_first_of_its_best(sequence, direction):
    archive = Archive(grid(), direction)
    for number, objective, x in sequence:
        before = archive.at(archive.space.cell_of({"x": x}))
        placement = archive.add(archive.elite(f"p{number}", float(objective), {"x": x}))
        now = archive.at(placement.cell)
        match placement.status:
            case PlacementStatus.NEW:
                assert before is None
                assert placement.delta is None
            case PlacementStatus.IMPROVED:
                assert direction.better(now.objective, before.objective)
                assert placement.displaced == before.program
                assert placement.delta > 0
            case PlacementStatus.REJECTED:
                assert now is before
                assert placement.delta <= 0
    best = {}
    for number, objective, x in sequence:
        cell = archive.space.cell_of({"x": x})
        if cell not in best or direction.better(objective, best[cell][0]):
            best[cell] = (objective, f"p{number}")
    assert {e.cell: (e.objective, e.program) for e in archive.elites()} == best
    assert list(best) == [e.cell for e in archive.elites()]
    if best:
        assert archive.best().objective == (max if direction is Direction.MAXIMIZE else min)(
            o for o, _ in best.values()
        )
    assert archive.qd_score == sum(o for o, _ in best.values())
    assert archive.coverage == len(best) / 4


@given(additions)
def test_adding_again_changes_nothing(sequence):
    archive = Archive(grid(), Direction.MAXIMIZE)
    elites = [archive.elite(f"p{n}", float(o), {"x": x}) for n, o, x in sequence]
    for elite in elites:
        archive.add(elite)
    before = list(archive.elites())
    assert all(archive.add(elite).status is PlacementStatus.REJECTED for elite in elites)
    assert list(archive.elites()) == before


SELECTORS = [
    Uniform(),
    Tournament(size=3),
    RankPower(),
    RankPower(exponent=40.0),
    Softmax(),
    Softmax(temperature=1e-9),
    Sigmoid(),
    Sigmoid(sharpness=1e9, pool=2),
    Curiosity(),
]
TOPOLOGIES = [Ring, Star, Complete, RandomAcceptor]


@given(additions.filter(bool), st.integers(1, 6), st.integers(0, 99), st.sampled_from(SELECTORS))
def test_selection_is_distinct_while_it_can_be(sequence, k, seed, selector):
    archive = Archive(grid(8), Direction.MAXIMIZE)
    for n, o, x in sequence:
        archive.add(archive.elite(f"p{n}", float(o), {"x": x}))
    picked = selector.select(archive, k, Random(seed))
    assert len(picked) == k
    assert len({e.cell for e in picked}) == min(k, len(archive))
    assert picked == selector.select(archive, k, Random(seed))


def test_a_tournament_prefers_the_better():
    archive = Archive(grid(10), Direction.MINIMIZE)
    for i in range(10):
        archive.add(archive.elite(f"p{i}", float(i), {"x": i / 10}))
    rng = Random(0)
    drawn = [Tournament(size=3).select(archive, 1, rng)[0].objective for _ in range(2000)]
    # The least of three from 0..9 has mean 2.025; uniform would give 4.5.
    assert sum(drawn) / len(drawn) == pytest.approx(2.025, abs=0.15)


def test_selection_from_nothing_is_an_error():
    with pytest.raises(EvoError, match="empty archive"):
        Uniform().select(Archive(grid(), Direction.MAXIMIZE), 1, Random(0))
    with pytest.raises(EvoError, match=r"selector\.size"):
        Tournament(size=0)


def islands(count, topology, seeds=2):
    return Archipelago([Archive(grid(), Direction.MAXIMIZE, i) for i in range(count)], topology, seeds)


@given(st.integers(1, 6), st.integers(0, 4))
def test_every_island_receives_children(count, seeds):
    world = islands(count, Isolated(), seeds)
    assert {world.island_for(t) for t in range(seeds)} <= {None}
    assert {world.island_for(t) for t in range(seeds, seeds + count)} == set(range(count))


@given(
    additions,
    st.integers(1, 4),
    st.integers(1, 4),
    st.sampled_from(TOPOLOGIES),
    st.sampled_from(["best", "random"]),
)
def test_migration_never_duplicates_and_never_worsens(sequence, count, every, topology, choose):
    world = islands(count, topology(every=every, migrants=2, choose=choose, seed=3))
    for seq, (number, objective, x) in enumerate(sequence):
        island = world.island_for(seq)
        placements = world.add(island, world.archives[0].elite(f"p{number}", float(objective), {"x": x}))
        assert [p.island for p in placements] == (list(range(count)) if island is None else [island])
        before = [archive.best() for archive in world.archives]
        moves = world.migrate_if_due(seq)
        assert bool(moves) <= (count > 1 and (seq + 1) % every == 0)
        for move in moves:
            assert move.placement.island != move.source
        for archive, best in zip(world.archives, before, strict=True):
            cells = [e.cell for e in archive.elites()]
            assert len(cells) == len(set(cells))
            assert best is None or archive.best().objective >= best.objective
    best = world.best()
    assert best is None or best.objective == max(o for _, o, _ in sequence)


def test_islands_need_one():
    with pytest.raises(EvoError, match=r"islands\.count"):
        islands(0, Isolated())
    with pytest.raises(EvoError, match="every"):
        Ring(every=0)


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("count", range(2, 7))
def test_every_island_sends_and_from_each_all_are_reached(topology, count):
    routes = [(i, j) for seq in range(0, 60, 3) for i, j in topology(every=3, seed=1).routes(seq + 2, count)]
    assert all(i != j and 0 <= i < count and 0 <= j < count for i, j in routes)
    assert {i for i, _ in routes} == set(range(count))
    reached = {0}
    for _ in range(count):
        reached |= {j for i, j in routes if i in reached}
    assert reached == set(range(count))
    assert topology(every=3).routes(0, count) == topology(every=3).routes(2, 1) == []


def test_a_random_acceptor_depends_on_the_commit_and_the_seed_alone():
    routes = RandomAcceptor(every=1, seed=5).routes
    assert routes(7, 9) == routes(7, 9)
    assert len({tuple(routes(seq, 9)) for seq in range(20)}) > 10
    assert routes(7, 9) != RandomAcceptor(every=1, seed=6).routes(7, 9)


def test_random_migrants_are_not_always_the_best():
    world = islands(2, Ring(every=1, choose="random"), seeds=0)
    for i in range(4):
        world.add(0, world.archives[0].elite(f"p{i}", float(i), {"x": i / 4}))
    sent = {move.program for seq in range(40) for move in world.migrate_if_due(seq) if move.source == 0}
    assert sent == {"p0", "p1", "p2", "p3"}
