"""What each selector prefers, exactly, and the structures that let it do so without looking at everything."""

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.errors import EvoError
from evo.qd.archive import Archive
from evo.qd.ranking import Ranking
from evo.qd.selectors import Curiosity, RankPower, Sigmoid, Softmax, Tournament, Uniform
from evo.qd.spaces import Axis, GridSpace
from evo.qd.weights import Weights
from evo.records import Direction

DRAWS = 20000


def archive(objectives, direction=Direction.MAXIMIZE):
    count = len(objectives)
    held = Archive(GridSpace((Axis(name="x", low=0.0, high=1.0, cells=count),)), direction)
    for i, objective in enumerate(objectives):
        held.add(held.elite(f"p{i}", objective, {"x": (i + 0.5) / count}))
    return held


def shares(held, selector, draws=DRAWS):
    rng = Random(1)
    counts = Counter(selector.select(held, 1, rng)[0].program for _ in range(draws))
    return [counts[f"p{i}"] / draws for i in range(len(held))]


def near(found, weights):
    total = sum(weights)
    return all(abs(share - weight / total) < 0.015 for share, weight in zip(found, weights, strict=True))


changes = st.lists(st.tuples(st.integers(0, 20), st.integers(-3, 3)), max_size=60)


@given(changes)
def test_a_ranking_is_the_sorted_list(sequence):
    losses = [0.0, 2.0, 1.0]
    ranking = Ranking(losses)
    for number, loss in sequence:
        slot = min(number, len(losses))
        if slot < len(losses):
            ranking.remove(losses[slot], slot)
        losses[slot : slot + 1] = [float(loss)]
        ranking.insert(float(loss), slot)
        order = sorted(range(len(losses)), key=lambda i: (losses[i], i))
        assert [ranking[rank] for rank in range(len(ranking))] == order
        assert [ranking.loss(rank) for rank in range(len(ranking))] == [losses[i] for i in order]
        assert ranking.count(float(loss)) == sum(each <= loss for each in losses)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=40), st.lists(st.tuples(st.integers(0, 99), st.integers(1, 9))))
def test_weights_are_drawn_as_a_running_sum_says(start, updates):
    weights, plain = Weights(start), list(start)
    for index, weight in updates:
        if index % 3 == 0:
            weights.append(weight)
            plain.append(weight)
        else:
            weights.set(index % len(plain), weight)
            plain[index % len(plain)] = weight
    assert weights.total == sum(plain)
    assert len(weights) == len(plain)
    rng, same = Random(0), Random(0)
    for _ in range(20):
        left = same.randrange(sum(plain))
        expected = next(i for i in range(len(plain)) if sum(plain[: i + 1]) > left)
        assert weights.draw(rng) == expected


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-5, 5), st.floats(0, 1), st.booleans()), max_size=50))
def test_what_the_archive_keeps_up_to_date_is_what_it_would_make_anew(sequence):
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=6),))
    early, late = (Archive(space, Direction.MINIMIZE, per_cell=2) for _ in range(2))
    early.ranking()
    early.curiosity()
    for number, objective, x, won in sequence:
        for each in (early, late):
            each.add(each.elite(f"p{number}", float(objective), {"x": x}))
            each.credit(f"p{number}", won=won)
    assert [early.ranking()[i] for i in range(len(early))] == [late.ranking()[i] for i in range(len(late))]
    rngs = Random(2), Random(2)
    if len(early):
        drawn = [[each.curiosity().draw(rng) for _ in range(30)] for each, rng in zip((early, late), rngs, strict=True)]
        assert drawn[0] == drawn[1]


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_rank_power_is_a_power_of_the_rank(exponent):
    held = archive([3.0, 9.0, 1.0, 5.0], Direction.MINIMIZE)
    ranks = [2, 4, 1, 3]
    assert near(shares(held, RankPower(exponent=exponent)), [rank**-exponent for rank in ranks])


@pytest.mark.parametrize("temperature", [0.1, 0.5, 3.0])
@pytest.mark.parametrize("direction", Direction)
def test_softmax_is_a_boltzmann_distribution(temperature, direction):
    objectives = [0.0, 1.0, 1.5, 1.75, 2.0, 2.0, -40.0]
    sign = 1 if direction is Direction.MAXIMIZE else -1
    held = archive([sign * objective for objective in objectives], direction)
    # The median is 1.5, half a unit from the best.
    expected = [math.exp((objective - 2.0) / (temperature * 0.5)) for objective in objectives]
    assert near(shares(held, Softmax(temperature=temperature)), expected)


@pytest.mark.parametrize("selector", [Softmax(), Sigmoid(), RankPower()])
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30), st.integers(-8, 8), st.integers(0, 9))
def test_the_objectives_unit_does_not_matter(selector, objectives, power, seed):
    plain, scaled = archive([float(o) for o in objectives]), archive([o * 2.0**power for o in objectives])
    picked = [[elite.program for elite in selector.select(held, 3, Random(seed))] for held in (plain, scaled)]
    assert picked[0] == picked[1]


def test_a_sigmoid_likes_the_good_and_the_childless():
    held = archive([0.0, 1.0, 2.0, 2.0])
    for _ in range(3):
        held.credit("p3", won=False)
    # The median is 1, one unit from the best.
    weights = [1 / (1 + math.exp(-10 * (objective - 1))) for objective in (0, 1, 2)]
    assert near(shares(held, Sigmoid()), [*weights, weights[2] / 4])
    assert near(shares(held, Sigmoid(sharpness=0.0)), [1, 1, 1, 0.25])
    assert near(shares(held, Sigmoid(pool=1)), [1, 1, 1, 1])


def test_a_pool_of_a_large_archive_still_prefers():
    held = archive([float(i) for i in range(200)])
    for i in range(100, 150):
        held.credit(f"p{i}", won=True)
    found = shares(held, Sigmoid(), draws=6000)
    assert sum(found[:80]) < 0.02
    assert sum(found[150:]) == pytest.approx(2 * sum(found[110:150]) * 50 / 40, rel=0.15)


def test_curiosity_follows_what_was_placed_and_forgets_the_displaced():
    held = archive([0.0, 0.0, 0.0, 0.0])
    for _ in range(2):
        held.credit("p0", won=True)
        held.credit("p1", won=False)
    for _ in range(9):
        held.credit("p2", won=False)
    held.credit("nobody", won=True)
    assert near(shares(held, Curiosity()), [30, 1, 1, 10])
    held.add(held.elite("better", 1.0, {"x": 0.1}))
    rng = Random(0)
    counts = Counter(Curiosity().select(held, 1, rng)[0].program for _ in range(DRAWS))
    assert counts["better"] / DRAWS == pytest.approx(10 / 22, abs=0.015)
    held.credit("p0", won=True)
    assert held.curiosity().total == 22


@pytest.mark.parametrize("selector", [Uniform(), Tournament(), RankPower(), Softmax(), Sigmoid(), Curiosity()])
def test_an_empty_archive_has_no_parent(selector):
    empty = Archive(GridSpace((Axis(name="x", low=0.0, high=1.0, cells=3),)), Direction.MAXIMIZE)
    for _ in range(2):
        with pytest.raises(EvoError, match="empty archive"):
            selector.select(empty, 1, Random(0))
        empty.ranking()
        empty.curiosity()
    empty.add(empty.elite("p", 1.0, {"x": 0.5}))
    assert [elite.program for elite in selector.select(empty, 2, Random(0))] == ["p", "p"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: RankPower(exponent=-1.0), "exponent"),
        (lambda: RankPower(exponent=math.nan), "exponent"),
        (lambda: Softmax(temperature=0.0), "temperature"),
        (lambda: Sigmoid(sharpness=math.inf), "sharpness"),
        (lambda: Sigmoid(pool=0), "pool"),
    ],
)
def test_wrong_options_are_refused(wrong, words):
    with pytest.raises(EvoError, match=rf"selector\.{words}: expected"):
        wrong()
