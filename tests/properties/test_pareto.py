"""Fronts, crowding, and archives whose cells hold fronts."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.qd.archive import Archive
from evo.qd.pareto import crowded_out, crowding, dominates, front, migrants
from evo.qd.replacements import ByObjective, ByPareto
from evo.qd.selectors import ParetoTournament, Uniform
from evo.qd.spaces import Axis, GridSpace
from evo.records import Direction, PlacementStatus

SPACE = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=2),))
vectors = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), max_size=20)
offers = st.lists(st.tuples(st.integers(0, 15), st.integers(-4, 4), st.integers(-4, 4), st.floats(0, 1)), max_size=50)


def archive(*, pareto=True, per_cell=4):
    rule = ByPareto() if pareto else ByObjective()
    return Archive(SPACE, Direction.MAXIMIZE, aims={"cost": Direction.MINIMIZE}, rule=rule, per_cell=per_cell)


def elite(held, name, objective, cost, x=0.2):
    return held.elite(name, float(objective), {"x": x, "cost": float(cost)})


@given(vectors)
def test_a_front_is_what_nobody_dominates(losses):
    kept = front(losses)
    assert kept == sorted(kept)
    for index, each in enumerate(losses):
        dominated = any(dominates(other, each) for other in losses)
        assert (index in kept) == (not dominated and losses.index(each) == index)


@given(vectors)
def test_dominance_is_a_strict_order(losses):
    for a in losses:
        assert not dominates(a, a)
        for b in losses:
            assert not (dominates(a, b) and dominates(b, a))
            for c in losses:
                assert not (dominates(a, b) and dominates(b, c)) or dominates(a, c)


def test_the_ends_are_lonely_and_the_most_crowded_goes():
    losses = [(0.0, 4.0), (1.0, 2.0), (1.1, 1.9), (4.0, 0.0)]
    distance = crowding(losses)
    assert distance[0] == distance[3] == math.inf
    assert crowded_out(losses) == 1
    assert crowded_out([(0.0, 1.0), (1.0, 0.0)]) == 1, "the best in the first place stays"
    assert crowding([]) == []


@given(offers, st.integers(1, 4), st.booleans())
def test_cells_hold_fronts_and_the_best_stays(sequence, per_cell, kept_up):
    held = archive(per_cell=per_cell)
    if kept_up:
        held.ranking()
        held.curiosity()
    first, here = {}, set()
    for number, objective, cost, x in sequence:
        name = f"p{number}"
        values = first.setdefault(name, (objective, cost, x))
        placements = held.offer(elite(held, name, *values))
        assert [p.status is PlacementStatus.REMOVED for p in placements] == [False] + [True] * (len(placements) - 1)
        gone = {p.displaced for p in placements} - {None}
        here = (here - gone) | ({name} if placements[0].status is not PlacementStatus.REJECTED else set())
        assert {each.program for each in held.elites()} == here
        check(held, per_cell)
        held.credit(name, won=True)
    for cell in {SPACE.cell_of({"x": x}) for _, _, x in first.values()}:
        best = max(objective for objective, _, x in first.values() if SPACE.cell_of({"x": x}) == cell)
        assert held.at(cell).objective == best


def check(held, per_cell):
    cells = {}
    for slot in range(len(held)):
        cells.setdefault(held[slot].cell, []).append(held[slot])
    for cell, elites in cells.items():
        losses = [held.losses(each) for each in elites]
        assert len(front(losses)) == len(elites) <= per_cell
        assert held.at(cell).objective == max(each.objective for each in elites)
    assert held.filled == len(cells)
    if len(held):
        assert held.best().objective == max(each.objective for each in held.elites())
        assert held.best() in held.elites()
        order = [held.ranking()[rank] for rank in range(len(held))]
        assert order == sorted(range(len(held)), key=lambda slot: (-held[slot].objective, slot))
    assert held.curiosity().total == sum(10 + 10 * held.tries(slot) for slot in range(len(held)))


@given(offers, st.integers(0, 9), st.integers(1, 3))
def test_migrants_and_winners_are_never_dominated_by_their_rivals(sequence, seed, count):
    held = archive(pareto=False, per_cell=3)
    for number, objective, cost, x in sequence:
        held.add(elite(held, f"p{number}{objective}{cost}", objective, cost, x))
    everyone = [held.losses(each) for each in held.elites()]
    leaving = [held[slot] for slot in migrants(everyone, count, Random(seed))]
    assert len({each.program for each in leaving}) == len(leaving) <= count
    assert not any(dominates(other, held.losses(each)) for each in leaving for other in everyone)
    if len(held):
        picked = ParetoTournament(size=200).select(held, 1, Random(seed))[0]
        assert not any(dominates(other, held.losses(picked)) for other in everyone)
        assert ParetoTournament(size=1).select(held, 1, Random(seed))[0] in held.elites()


def test_a_pareto_tournament_likes_all_of_the_front():
    other = archive(pareto=False, per_cell=20)
    for i in range(4):
        other.add(elite(other, f"front{i}", i, i))
        other.add(elite(other, f"behind{i}", i - 0.5, i + 0.5))
    rng = Random(0)
    drawn = [ParetoTournament(size=4).select(other, 1, rng)[0].program for _ in range(400)]
    plain = [Uniform().select(other, 1, rng)[0].program for _ in range(400)]
    in_front = [sum(name.startswith("front") for name in names) for names in (drawn, plain)]
    assert in_front[0] > 240
    assert in_front[1] < 230
    assert {f"front{i}" for i in range(4)} <= set(drawn)


@given(offers, st.lists(st.tuples(st.integers(0, 15), st.integers(-4, 4)), max_size=20))
def test_revising_and_removing_keep_everything_in_order(sequence, revisions):
    held = archive(pareto=False, per_cell=3)
    held.curiosity()
    for number, objective, cost, x in sequence:
        held.add(elite(held, f"p{number}{objective}{cost}{x}", objective, cost, x))
    names = [each.program for each in held.elites()]
    for number, objective in revisions if names else ():
        name = names[number % len(names)]
        before = {each.program: each for each in held.elites()}
        if objective == 0:
            gone = held.remove(name)
            assert (gone is None) == (name not in before)
            assert {each.program for each in held.elites()} == set(before) - {name}
        else:
            revised = held.revise(name, float(objective))
            assert (revised is None) == (name not in before)
            if revised:
                assert revised.delta == objective - before[name].objective
        check_order(held)


def check_order(held):
    cells = {}
    for each in held.elites():
        cells.setdefault(each.cell, []).append(each.objective)
    assert held.filled == len(cells)
    assert {cell: held.at(cell).objective for cell in cells} == {cell: max(all_) for cell, all_ in cells.items()}
    order = [held[held.ranking()[rank]].objective for rank in range(len(held))]
    assert order == sorted(order, reverse=True)
    assert (held.best().objective if len(held) else None) == (order[0] if order else None)
    assert held.curiosity().total == 10 * len(held)


def test_several_objectives_are_asked_for():
    with pytest.raises(Exception, match="measure 'cost' = None"):
        archive().elite("p", 1.0, {"x": 0.5})
