"""The lineage tree: every ancestor has its row, lines of descent have lanes of their own."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from evo.figures import lineage
from evo.figures.lineage import chosen, place
from evo.render.lineage import LineageStep
from tests.render.small_run import A, B, C, E


def step(ticket, *parents, objective=1.0, delta=0.0):
    return LineageStep(
        program=str(ticket),
        objective=objective,
        operator="diff" if parents else "seed",
        ticket=ticket,
        island=0,
        cell=(0,),
        status="NEW",
        delta=delta,
        summary="",
        parents=tuple(map(str, parents)),
        inspirations=(),
    )


def line_of(steps):
    found, by = [steps[-1]], {each.program: each for each in steps}
    while found[-1].parents:
        found.append(by[found[-1].parents[0]])
    return found[::-1]


def test_the_small_run(view):
    figure = lineage(view)
    assert "3 steps from a seed, 0.5 to 1, 4 programs in all" in figure.says
    assert all(each.id[:8] in figure.svg() for each in (A, B, C, E))
    assert "wider [bold]search[/bold]" in figure.svg()
    assert "1 steps from a seed, 0.5 to 0.5" in lineage(view, "@seed").says


def test_a_second_parent_has_a_lane_of_its_own():
    steps = [step(0), step(1), step(2, 0), step(3, 2, 1)]
    boughs = place(steps, line_of(steps))
    assert [each.lane for each in boughs] == [0, 1, 0, 0]
    assert boughs[3].joins == (2, 1)


def test_of_a_long_line_what_gained_most_stays_and_gaps_are_counted():
    steps = [step(0), *(step(i, i - 1, delta=float(i % 10 == 0)) for i in range(1, 40))]
    kept = chosen(steps, line_of(steps), 5)
    assert [each.ticket for each in kept] == [0, 10, 20, 30, 39]
    boughs = place(kept, line_of(steps))
    assert [each.left_out for each in boughs] == [0, 9, 9, 9, 8]
    assert [each.joins for each in boughs] == [(), (0,), (1,), (2,), (3,)]


@given(st.data())
def test_lines_that_are_drawn_at_one_time_never_share_a_lane(data):
    size = data.draw(st.integers(2, 25))
    steps = [step(0)]
    drawn = [data.draw(st.lists(st.integers(0, ticket - 1), max_size=3, unique=True)) for ticket in range(1, size)]
    steps += [step(ticket, *parents) for ticket, parents in enumerate(drawn, 1)]
    line = line_of(steps)
    needed, waiting = set(), [steps[-1].program]
    by = {each.program: each for each in steps}
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += by[name].parents
    boughs = place([each for each in steps if each.program in needed], line)
    assert [each.row for each in boughs] == list(range(len(boughs)))
    assert {each.step.program for each in boughs if each.lane == 0} >= {each.program for each in line}
    # In a lane other than the first every step is followed by its child there, before another line begins.
    for lane in {each.lane for each in boughs} - {0}:
        inside = [each for each in boughs if each.lane == lane]
        for older, newer in pairwise(inside):
            ends = min(bough.row for bough in boughs if older.row in bough.joins)
            assert newer.row >= ends or older.row in newer.joins
