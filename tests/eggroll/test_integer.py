"""The int8 strategy, bit for bit against the definition in Python's own integers."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest

from evo.eggroll import IntEggRoll, int8_gaussian
from evo.eggroll.noise import NoiseStream
from evo.errors import UsageError


def noise(name, size, step, pair, seed=2):
    stream = NoiseStream(seed=seed, leaf=name, size=size, dtype=np.dtype("int8"), sample=int8_gaussian)
    return [int(v) for v in stream.draw(step, [pair])[0]]


def clip(value):
    return max(-127, min(127, value))


def naive_linear(weight, u, index, shift, *, clipped):
    m, n = weight.shape
    drawn = noise("W", m + n, 0, index // 2)
    a, b, sign = drawn[:m], drawn[m:], -1 if index % 2 else 1
    out = []
    for row in u.tolist():
        inner = sum(x * y for x, y in zip(row, b, strict=True))
        values = []
        for j in range(m):
            base = sum(x * w for x, w in zip(row, weight[j].tolist(), strict=True))
            values.append((base + (inner * sign * a[j] >> (4 + shift))) // round(16 * sqrt(n)))
        out.append([clip(v) if clipped else v for v in values])
    return out


def strategy(shape=(5, 7), pairs=9, **options):
    rng = np.random.default_rng(1)
    params = {
        name: rng.integers(-127, 128, s).astype(np.int8) for name, s in (("W", shape), ("b", (5,)), ("F", (2, 7)))
    }
    return IntEggRoll(params, **({"pairs": pairs, "shift": 3, "seed": 2, "roles": {"F": "frozen"}} | options))


@pytest.mark.parametrize("shape", [(5, 7), (1, 6), (6, 1), (3, 1100)])
@pytest.mark.parametrize("shift", [0, 3])
@pytest.mark.parametrize("clipped", [True, False])
def test_linear_equals_the_definition(shape, shift, clipped):
    es = strategy(shape, pairs=3, shift=shift, chunk=2)
    rng = np.random.default_rng(3)
    own = rng.choice([-127, 127, 5], (6, 2, shape[1])).astype(np.int8)
    found, shared = (es.ask().linear("W", u, clip=clipped) for u in (own, own[0]))
    for i in range(6):
        assert found[i].tolist() == naive_linear(es.params["W"], own[i], i, shift, clipped=clipped)
        assert shared[i].tolist() == naive_linear(es.params["W"], own[0], i, shift, clipped=clipped)


def test_vectors_and_frozen_leaves():
    es = strategy()
    members = es.ask()
    biases = members.vector("b")
    for i in range(18):
        sign = -1 if i % 2 else 1
        drawn = noise("b", 5, 0, i // 2)
        assert biases[i].tolist() == [
            clip(int(v) + (sign * e >> 3)) for v, e in zip(es.params["b"], drawn, strict=True)
        ]
    u = np.full((2, 7), 9, np.int8)
    frozen = members.linear("F", u)
    assert (frozen == frozen[0]).all()


@pytest.mark.parametrize("chunk", [1, 4, 64])
def test_the_step_equals_the_definition(chunk):
    es = strategy(alpha=0.3, chunk=chunk)
    before = {name: value.astype(int) for name, value in es.params.items()}
    fitness = np.random.default_rng(0).integers(0, 3, 18).astype(float)
    t = [int(np.sign(fitness[2 * p] - fitness[2 * p + 1])) for p in range(9)]
    z = int(16 * NormalDist().inv_cdf(1 - 0.3 / 2))
    info = es.tell(fitness)
    votes = np.zeros((5, 7), int)
    vector = np.zeros(5, int)
    for p in range(9):
        drawn = noise("W", 12, 0, p)
        votes += t[p] * np.outer(drawn[:5], drawn[5:])
        vector += t[p] * np.array(noise("b", 5, 0, p))
    moved = np.sign(votes) * (np.abs(votes) >= z * 16 * sqrt(9))
    assert es.params["W"].tolist() == np.clip(before["W"] + moved, -127, 127).tolist()
    moved_vector = np.sign(vector) * (np.abs(vector) >= z * sqrt(9))
    assert es.params["b"].tolist() == np.clip(before["b"] + moved_vector, -127, 127).tolist()
    assert info.changed["W"] == np.mean(moved != 0) > 0
    assert info.decided == sum(map(abs, t))


def test_weights_stay_in_range_and_frozen_ones_stay():
    es = strategy(alpha=1.0)
    frozen = es.params["F"].copy()
    for step in range(30):
        es.tell(np.random.default_rng(step).standard_normal(18))
    assert all(np.abs(v.astype(int)).max() <= 127 for v in es.params.values())
    assert np.array_equal(es.params["F"], frozen)


def test_equal_fitness_changes_nothing_and_nan_counts_as_worse():
    es = strategy(alpha=1.0)
    before = es.params["W"].copy()
    assert es.tell([2.0] * 18).decided == 0
    assert np.array_equal(es.params["W"], before)
    one, two = strategy(), strategy()
    fitness = np.arange(18.0)
    one.tell(np.where(fitness == 7, np.nan, fitness))
    two.tell(np.where(fitness == 7, -1.0, fitness))
    assert np.array_equal(one.params["W"], two.params["W"])


def test_about_alpha_of_the_weights_change_under_pure_noise():
    es = IntEggRoll({"W": np.zeros((60, 60), np.int8)}, pairs=256, alpha=0.1)
    changed = [es.tell(np.random.default_rng(s).standard_normal(512)).changed["W"] / es.alpha for s in range(5)]
    assert 0.8 < np.mean(changed) < 1.3


def test_alpha_decays_and_a_resume_is_exact():
    whole, first = strategy(alpha=0.5, alpha_decay=1.0), strategy(alpha=0.5, alpha_decay=1.0)
    told = [np.random.default_rng(s).standard_normal(18) for s in range(6)]
    for fitness in told[:3]:
        whole.tell(fitness)
        first.tell(fitness)
    second = strategy(alpha=0.5, alpha_decay=1.0)
    second.load_state_dict(first.state_dict())
    assert second.alpha == 0.5 / 4
    for fitness in told[3:]:
        assert whole.tell(fitness) == second.tell(fitness)
        assert np.array_equal(whole.params["W"], second.params["W"])
    with pytest.raises(UsageError, match="pairs = 9; this strategy has 8"):
        strategy(pairs=8).load_state_dict(first.state_dict())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: IntEggRoll({}, pairs=1), "params is empty"),
        (lambda: IntEggRoll({"W": np.zeros((2, 2))}, pairs=1), "expected int8"),
        (lambda: strategy(pairs=0), "pairs = 0"),
        (lambda: strategy(shift=-1), "shift = -1"),
        (lambda: strategy(alpha=0.0), "alpha = 0.0"),
        (lambda: strategy(roles={"W": "full"}), "knows only 'frozen'"),
        (lambda: strategy().tell([1.0]), r"expected \(18,\)"),
        (lambda: strategy().ask().linear("W", np.zeros((1, 7))), "int8 inputs"),
        (lambda: strategy().ask().linear("W", np.zeros((1, 6), np.int8)), "int8 inputs"),
        (lambda: strategy().ask().linear("W", np.zeros((4, 1, 7), np.int8)), "expected 18 members, got 4"),
        (lambda: strategy().ask().vector("W"), "is a matrix"),
        (lambda: strategy().ask().vector("c"), "no parameter 'c'"),
    ],
)
def test_wrong_calls_say_what_was_expected(make, message):
    with pytest.raises(UsageError, match=message):
        make()
