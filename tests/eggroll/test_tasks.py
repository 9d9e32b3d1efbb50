"""The tasks are what they say, and are learned; the long figures over ten seeds are marked slow."""

from __future__ import annotations

import numpy as np
import pytest

from evo.eggroll import EggRoll, IntEggRoll
from evo.eggroll.bench.learners import BALANCED, balance, int8_accuracy
from evo.eggroll.tasks import CartPole, Clusters, Quadratic, Sine, learn, learn_clusters
from evo.eggroll.tasks.cartpole import advance, rollout
from evo.eggroll.tasks.mlp import forward
from evo.errors import UsageError

SEEDS = range(10)


def strategy(task, **options):
    return EggRoll(task.start(), **({"population": 32, "sigma": 0.1, "lr": 0.05} | options))


@pytest.mark.parametrize("task", [Quadratic(m=3, n=5), Quadratic(m=2, n=9, condition=100), Sine(hidden=8)])
def test_members_are_judged_as_their_parameters_would_be(task):
    members = strategy(task, dtype="float64").ask()
    fitness = task.fitness(members, 0)
    alone = EggRoll(members.member(5), population=2, sigma=1e-12, lr=1, dtype="float64").ask()
    assert task.fitness(alone, 0)[0] == pytest.approx(fitness[5], rel=1e-6)


def test_quadratic_starts_at_one_and_is_learned():
    for task in (Quadratic(m=6, n=4), Quadratic(m=6, n=4, condition=10)):
        assert task.error(task.start()) == 1
        assert task.error({"W": task.target}) == 0
        assert learn(task, strategy(task), 150) < 0.05
    with pytest.raises(UsageError, match="condition >= 1"):
        Quadratic(condition=0.5)


def test_sine_is_learned():
    task = Sine(hidden=16, points=24)
    assert learn(task, strategy(task, population=64), 150) < 0.6 * task.error(task.start())


def test_an_upright_pole_stays_and_a_push_turns_it_the_other_way():
    rest = np.zeros((1, 4))
    np.testing.assert_array_equal(advance(rest, np.zeros(1)), rest)
    # One step from rest under +10 N: theta'' = -(F/M) / (l (4/3 - m/M)), x'' = F/M - m l theta''/M.
    turn = -(10 / 1.1) / (0.5 * (4 / 3 - 0.1 / 1.1))
    push = 10 / 1.1 - 0.05 * turn / 1.1
    np.testing.assert_allclose(advance(rest, np.full(1, 10.0))[0], [0, 0.02 * push, 0, 0.02 * turn])


def test_returns_count_the_steps_that_an_episode_lasted():
    states = np.zeros((1, 2, 4))
    returns = rollout(lambda s: np.broadcast_to([0.0, 1.0], (*s.shape[:2], 2)), states)
    assert returns.tolist() == [[9.0, 9.0]]

    def lean(s):  # push towards the side that it falls to
        side = s[..., 2] + 0.3 * s[..., 3] + 0.02 * s[..., 0] + 0.1 * s[..., 1]
        return np.stack([-side, side], axis=-1)

    assert rollout(lean, np.full((1, 1, 4), 0.02)).tolist() == [[500.0]]


def test_a_policy_sees_the_same_starts_as_the_others():
    task = CartPole(hidden=4, episodes=3)
    members = strategy(task, dtype="float64", population=4).ask()
    fitness = task.fitness(members, 7)
    starts = np.random.default_rng((0, 7)).uniform(-0.05, 0.05, (3, 4))
    for i in range(4):
        params = members.member(i)
        alone = rollout(lambda x, params=params: forward(params, x[0])[None], starts[None].copy())
        assert alone.mean() == fitness[i]


def test_int8_learns_a_little_already_with_few_pairs():
    task = Clusters(seed=1)
    assert learn_clusters(task, IntEggRoll(task.start(), pairs=32, alpha=0.1), 60) > task.accuracy(task.start()) + 0.2


@pytest.mark.soak
def test_cartpole_is_balanced_within_25_generations():
    # Measured: 10 of 10 seeds, the last after 15 generations. Frozen with a margin of one seed.
    reached = [balance(1, seed)[0] >= BALANCED for seed in SEEDS]
    assert sum(reached) >= 9


@pytest.mark.soak
def test_int8_needs_a_large_population():
    # Measured over these seeds: 256 pairs at least 0.850, one pair at most 0.504. Frozen with margins of 0.03 and 0.04.
    assert min(int8_accuracy(256, seed) for seed in SEEDS) >= 0.82
    assert max(int8_accuracy(1, seed) for seed in SEEDS) < 0.545
