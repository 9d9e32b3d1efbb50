"""The figures of a laboratory, against numbers computed by hand."""

import pytest

from benchmarks.laboratory import league

CURVE = [[1, 0.2], [5, 0.5], [9, 0.9]]


def test_samples_to_a_target():
    assert league.to_target(CURVE, 0.5, 1) == 5
    assert league.to_target(CURVE, 0.95, 1) is None
    assert league.to_target([[1, 9.0], [4, 3.0]], 3.5, -1) == 4
    # Where scores are noisy the best may turn out to be worse: what counts is to be there for good.
    assert league.to_target([[1, 0.6], [3, 0.4], [7, 0.7]], 0.5, 1) == 7


def test_the_area_is_the_mean_of_the_best_so_far():
    assert league.area(CURVE, 10) == pytest.approx((4 * 0.2 + 4 * 0.5 + 2 * 0.9) / 10)
    assert league.area([[3, 1.0]], 10) == 1.0
    assert league.area([], 10) is None


def test_who_is_there_first_ranks_before_who_is_near_and_equals_share_their_places():
    first, later, near, nothing = ([[4, 1.0]], [[8, 1.0]], [[1, 0.9]], [])
    merits = [league.merit(curve, 1.0, 10, 1) for curve in (near, first, nothing, later, first)]
    assert league.ranks(merits) == [4, 1.5, 5, 3, 1.5]


def test_failures_are_begun_anew():
    assert league.expected_samples([10, 30, None], 100) == 70
    assert league.expected_samples([None, None], 100) == 200


def test_a_profile_is_the_share_of_tasks_within_a_ratio_of_the_best():
    costs = {"one": {"a": 10, "b": 15}, "two": {"a": 40, "b": 10}}
    assert league.profile(costs, [1, 1.5, 4]) == {"a": [0.5, 0.5, 1.0], "b": [0.5, 1.0, 1.0]}


def test_an_interval_holds_the_statistic_and_is_a_function_of_its_arguments():
    low, middle, high = league.interval(lambda drawn: drawn.mean(-1), 20, 1)
    assert low < middle < high
    assert middle == 9.5
    assert (low, middle, high) == league.interval(lambda drawn: drawn.mean(-1), 20, 1)


def test_pairs_are_compared_by_the_signs_of_their_differences():
    assert league.paired([1.0, 2.0], [1.0, 2.0]) == (0.5, 1.0)
    wins, p = league.paired([1.0] * 10, [0.0] * 10)
    assert (wins, p) == (1.0, pytest.approx(2 / 1024, abs=0.002))
    assert league.paired([1.0, 0.0] * 5, [0.0, 1.0] * 5)[1] > 0.9


def trial(*curve):
    return {"curve": [list(each) for each in curve], "duplicates": 0.1, "cpu": 0.0}


def test_a_standing_of_two_arms():
    trials = {
        "up": {"a": {0: trial((1, 1.0)), 1: trial((2, 1.0))}, "b": {0: trial((9, 1.0)), 1: trial((1, 0.5))}},
        "down": {"a": {0: trial((1, 3.0)), 1: trial((1, 3.0))}, "b": {0: trial((1, 3.0)), 1: trial((1, 3.0))}},
    }
    tasks = {"up": {"target": 1.0, "sign": 1}, "down": {"target": 2.0, "sign": -1}}
    found = league.standing(trials, tasks, 10)
    assert found["arms"]["a"]["rank"][1] == pytest.approx((1 + 1 + 1.5 + 1.5) / 4)
    assert found["counts"]["up"]["b"] == {0: 9, 1: None}
    assert found["costs"]["up"] == {"a": 1.5, "b": 19.0}
    low, middle, high = league.speed_up(found["counts"], 10, "a", "b", found["seeds"])
    assert middle == pytest.approx((19 / 1.5) ** 0.5)
    assert low <= middle <= high
    found = league.comparisons(found["areas"], tasks, "a", "b")
    assert found["up"][0] == 0.75
    assert found["down"] == (0.5, 1.0)
