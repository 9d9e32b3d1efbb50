"""What must hold for islands that differ, that begin again, and that are chosen by how they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.island_bandits import BySize, RoundRobin, Ucb
from evo.qd.islands import Archipelago
from evo.qd.resets import Never, Periodic
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Complete, RandomAcceptor, Ring, Star
from evo.records import Direction, PlacementStatus

SPACES = (
    GridSpace((Axis(name="x", low=0.0, high=1.0, cells=4),)),
    GridSpace((Axis(name="y", low=0.0, high=1.0, cells=3),)),
    GridSpace((Axis(name="x", low=0.0, high=1.0, cells=2), Axis(name="y", low=0.0, high=1.0, cells=2))),
)
TURNS = [RoundRobin(), BySize(seed=4), BySize(patrol=1), Ucb(), Ucb(exploration=0.0, patrol=7)]
events = st.lists(st.tuples(st.integers(0, 15), st.floats(0, 1), st.floats(0, 1), st.booleans()), max_size=60)
directions = st.sampled_from(Direction)


def world(count, *, every=4, resets=None, turns=None, direction=Direction.MAXIMIZE, topology=Ring):
    archives = [Archive(SPACES[i % len(SPACES)], direction, i) for i in range(count)]
    return Archipelago(archives, topology(every=every, seed=2), 1, turns=turns, resets=resets)


def fold(islands, sequence, first=0):
    """Commit programs whose objective depends on their number alone; yield what each commit did."""
    for ticket, (number, x, y, won) in enumerate(sequence, first):
        island = islands.island_for(ticket)
        elite = islands.elite(island, f"p{number}", float(number % 7), {"x": x, "y": y})
        placements = islands.add(island, elite)
        islands.credit(island, ("parent",) if island is not None else (), won=won)
        yield island, placements, islands.migrate_if_due(ticket)


def held(islands):
    return [[(e.program, e.cell, e.objective) for e in archive.elites()] for archive in islands.archives]


@given(events, st.integers(1, 5), st.integers(0, 60), st.sampled_from(TURNS), st.sampled_from([Ring, Star, Complete]))
def test_a_fold_may_be_cut_anywhere(sequence, count, cut, turns, topology):
    def fresh():
        return world(count, resets=Periodic(every=5, seed=1), turns=turns, topology=topology)

    whole, parts = fresh(), fresh()
    log = list(fold(whole, sequence))
    cut = min(cut, len(sequence))
    assert log == [*fold(parts, sequence[:cut]), *fold(parts, sequence[cut:], first=cut)]
    assert held(whole) == held(parts)


@given(events, st.integers(2, 5), directions, st.sampled_from([Ring, Star, Complete, RandomAcceptor]))
def test_every_program_has_the_cell_of_its_island_and_no_cell_holds_two(sequence, count, direction, topology):
    islands = world(count, every=2, direction=direction, topology=topology, resets=Periodic(every=7))
    measures = {}
    for (number, x, y, _), (island, placements, moves) in zip(sequence, fold(islands, sequence), strict=False):
        measures.setdefault(f"p{number}", set()).add((x, y))
        assert [p.island for p in placements] == (list(range(count)) if island is None else [island])
        assert all(move.placement.island != move.source for move in moves)
    for archive in islands.archives:
        assert len({e.cell for e in archive.elites()}) == len(archive)
        assert len({(e.cell, e.program) for e in archive.elites()}) == len(archive)
        for elite in archive.elites():
            x, y = elite.measures["x"], elite.measures["y"]
            assert (x, y) in measures[elite.program]
            assert elite.cell == archive.space.cell_of({"x": x, "y": y})


@given(events, st.integers(2, 6), directions)
def test_the_best_survives_a_reset_and_the_emptied_hold_their_founder(sequence, count, direction):
    islands = world(count, every=1000, direction=direction, resets=Periodic(every=6, spared=frozenset({1})))
    best = None
    for (number, *_), (_, _, moves) in zip(sequence, fold(islands, sequence), strict=False):
        value = float(number % 7)
        best = value if best is None or direction.better(value, best) else best
        assert islands.best().objective == best
        assert len(moves) <= count // 2
        for move in moves:
            assert move.placement.status is PlacementStatus.FOUNDED
            assert move.placement.island != 1
            assert [e.program for e in islands.archives[move.placement.island].elites()] == [move.program]
            assert move.program == islands.archives[move.source].best().program


@given(st.lists(st.booleans(), min_size=80, max_size=80), st.integers(1, 6), st.sampled_from(TURNS))
def test_every_island_receives_children_whatever_becomes_of_them(wins, count, turns):
    islands = world(count, turns=turns)
    chosen = []
    for ticket, won in enumerate(wins, 1):
        chosen.append(islands.island_for(ticket))
        assert chosen[-1] == islands.island_for(ticket)
        # One island alone does well.
        islands.credit(chosen[-1], ("parent",), won=won and chosen[-1] == 0)
    span = getattr(turns, "patrol", 1) * count
    for start in range(len(chosen) - span + 1):
        assert set(chosen[start : start + span]) == set(range(count))


def test_the_bound_prefers_the_island_that_does_well_and_the_size_the_small_one():
    islands = world(3, turns=Ucb(exploration=0.2))
    for _ in range(30):
        for island in range(3):
            islands.credit(island, ("parent",), won=island == 2)
    drawn = [islands.island_for(ticket) for ticket in range(1, 101)]
    assert drawn.count(2) > 80
    islands = world(3, turns=BySize(seed=1))
    for i in range(4):
        for archive in (islands.archives[0], islands.archives[1]):
            archive.add(archive.elite(f"p{i}", 1.0, {"x": i / 4, "y": i / 4}))
    drawn = [islands.island_for(ticket) for ticket in range(1, 401)]
    assert drawn.count(2) > 200


def test_nothing_begins_again_where_nobody_survives():
    islands = world(4, resets=Periodic(every=1))
    assert islands.migrate_if_due(0) == ()
    assert Never().due(0, islands.archives) == []
    assert Periodic(every=1).due(0, islands.archives[:1]) == []


@pytest.mark.parametrize("bad", [lambda: Periodic(every=0), lambda: Ucb(patrol=0), lambda: Ucb(exploration=-1.0)])
def test_options_out_of_range_are_refused(bad):
    with pytest.raises(EvoError, match="expected"):
        bad()
