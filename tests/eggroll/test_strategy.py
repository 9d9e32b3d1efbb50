"""The step: equal to the definition, exact to resume, unmoved by what carries no information."""

from __future__ import annotations

import numpy as np
import pytest

from evo.eggroll import SGD, Adam, EggRoll, Momentum, noise_factors, zscore
from evo.eggroll.optimisers import optimiser_named
from evo.errors import UsageError

PARAMS = {"W": np.linspace(-1, 1, 35).reshape(5, 7), "b": np.linspace(0, 1, 5), "F": np.ones((2, 2))}


def strategy(params=PARAMS, **options):
    options = {"population": 8, "sigma": 0.2, "lr": 0.1, "seed": 3, "dtype": "float64"} | options
    roles = {"F": "frozen"} if "F" in params else {}
    return EggRoll(params, **({"roles": roles} | options))


def fitness_of(es, generation=0):
    members = es.ask()
    x = np.random.default_rng(generation).standard_normal((4, 7))
    return -((members.linear("W", x) + members.vector("b")[:, None]) ** 2).sum(axis=(1, 2))


def assert_same(one, two):
    for name in PARAMS:
        np.testing.assert_array_equal(one.params[name], two.params[name])


@pytest.mark.parametrize("antithetic", [True, False])
@pytest.mark.parametrize("rank", [1, 3, 9, None])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-9), ("float32", 2e-4)])
def test_the_step_is_lr_times_the_estimate(naive_of, rank, antithetic, dtype, tolerance):
    es = strategy(rank=rank, antithetic=antithetic, optimiser="sgd", shaping="zscore", dtype=dtype, chunk=3)
    fitness = fitness_of(es)
    reference = naive_of(3, 0.2, rank, antithetic, dtype)
    weights = (fitness - fitness.mean()) / fitness.std()
    expected = {n: PARAMS[n] + 0.1 * reference.estimate(n, PARAMS[n], 0, weights) for n in ("W", "b")}
    info = es.tell(fitness)
    for name, value in expected.items():
        np.testing.assert_allclose(es.params[name], value, atol=tolerance)
        assert info.norms[name] == pytest.approx(np.linalg.norm(value - PARAMS[name]), rel=1e-4)
    np.testing.assert_array_equal(es.params["F"], PARAMS["F"])
    assert info.moved
    assert info.best == fitness.max()


def test_full_rank_is_the_classical_strategy_given_its_noise():
    es = strategy(rank=None, optimiser="sgd", shaping=lambda f: f)
    noise = es.leaves["W"].stream.draw(0, range(4)).reshape(4, 5, 7)
    fitness = np.arange(8.0) ** 2
    both = np.concatenate([noise[:, None], -noise[:, None]], axis=1).reshape(8, 5, 7)
    expected = PARAMS["W"] + 0.1 / (8 * 0.2) * np.einsum("i,ijk->jk", fitness, both)
    es.tell(fitness)
    np.testing.assert_allclose(es.params["W"], expected, atol=1e-12)


@pytest.mark.parametrize(("chunk", "keep"), [(1, 0.0), (7, 64.0), (64, 0.0)])
def test_neither_chunk_nor_memory_changes_the_step(chunk, keep):
    one, two = strategy(population=200), strategy(population=200, chunk=chunk, keep_noise_mb=keep)
    for _ in range(3):
        one.tell(fitness_of(one))
        two.tell(fitness_of(two))
    for name in PARAMS:
        np.testing.assert_allclose(one.params[name], two.params[name], atol=1e-12)


@pytest.mark.parametrize(("rank", "pairs"), [(1, 1), (2, 1), (1, 3), (3, 8)])
def test_the_update_has_the_rank_of_the_pairs(rank, pairs):
    es = strategy(rank=rank, population=2 * pairs, optimiser="sgd")
    info = es.tell(fitness_of(es))
    assert np.linalg.matrix_rank(es.params["W"] - PARAMS["W"]) == info.ranks["W"] == min(rank * pairs, 5, 7)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_resume_in_the_middle_is_bit_identical(optimiser, dtype):
    options = {"optimiser": optimiser, "dtype": dtype, "sigma_decay": 0.99, "lr_decay": 0.98, "noise_reuse": 2}
    whole, first = strategy(**options), strategy(**options)
    for generation in range(4):
        whole.tell(fitness_of(whole, generation))
        first.tell(fitness_of(first, generation))
    state = first.state_dict()
    first.tell(fitness_of(first, 99))  # what happens later does not reach into the state
    second = strategy(**options)
    second.load_state_dict(state)
    for generation in range(4, 9):
        assert whole.tell(fitness_of(whole, generation)) == second.tell(fitness_of(second, generation))
        assert_same(whole, second)
    assert second.step == 9


def test_a_state_of_another_strategy_is_refused():
    state = strategy().state_dict()
    with pytest.raises(UsageError, match=r"population = 8; this strategy has 10"):
        strategy(population=10).load_state_dict(state)
    with pytest.raises(UsageError, match=r"optimiser = Adam.*this strategy has SGD"):
        strategy(optimiser="sgd").load_state_dict(state)
    with pytest.raises(UsageError, match=r"sigma_decay = 1\.0; this strategy has 0\.5"):
        strategy(sigma_decay=0.5).load_state_dict(state)
    with pytest.raises(UsageError, match="parameters of shapes"):
        strategy().load_state_dict({**state, "params": {**state["params"], "b": np.zeros(99)}})
    old = {**state, "settings": {key: value for key, value in state["settings"].items() if key != "sigma_decay"}}
    strategy().load_state_dict(old)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rank": 1.5}, "rank = 1.5; expected an integer"),
        ({"rank": True}, "rank = True; expected an integer"),
        ({"population": 8.0}, "population = 8.0; expected at least 2 members, as an integer"),
        ({"seed": 0.5}, "seed = 0.5; expected an integer"),
        ({"sigma": "0.1"}, "sigma = '0.1'; expected a finite number"),
        ({"lr": 1j}, "expected a finite number"),
        ({"chunk": 2.5}, "chunk = 2.5; expected an integer"),
    ],
)
def test_types_are_checked_like_values(options, words):
    with pytest.raises(UsageError, match=words):
        strategy(**options)


@pytest.mark.parametrize("value", [np.zeros((2, 2), complex), np.array([["a"]]), np.array([[True]])])
def test_parameters_are_real_numbers(value):
    with pytest.raises(UsageError, match="expected real numbers"):
        EggRoll({"W": value}, population=8, sigma=0.1, lr=0.1)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, np.nan, np.inf])
@pytest.mark.parametrize("shaping", ["zscore", "rank", "sign"])
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam"])
def test_constant_fitness_changes_nothing(value, shaping, optimiser):
    es = strategy(shaping=shaping, optimiser=optimiser)
    es.tell(fitness_of(es))
    before = es.state_dict()
    info = es.tell([value] * 8)
    after = es.state_dict()
    assert not info.moved
    assert info.norms == {"W": 0.0, "b": 0.0}
    assert after.pop("step") == before.pop("step") + 1
    np.testing.assert_equal(after, before)


@pytest.mark.parametrize("shaping", ["zscore", "rank"])
def test_members_without_a_fitness_push_away(shaping):
    told, last = strategy(shaping=shaping, optimiser="sgd"), strategy(shaping=shaping, optimiser="sgd")
    fitness = np.array([3.0, 1.0, 2.0, 7.0, 5.0, 4.0, 6.0, 0.5])
    broken, worst = fitness.copy(), fitness.copy()
    broken[4], worst[4] = np.nan, 0.5 - 6.5 / 6
    assert told.tell(broken).refused == 1
    last.tell(worst)
    for name in PARAMS:
        np.testing.assert_allclose(told.params[name], last.params[name], atol=1e-12)


def test_noise_is_fresh_by_default_and_reused_on_demand():
    fresh, reused = strategy(), strategy(noise_reuse=2)
    first = {es: es.ask().vector("W") - es.params["W"] for es in (fresh, reused)}
    for es in (fresh, reused):
        es.tell(np.arange(8.0))
    second = {es: es.ask().vector("W") - es.params["W"] for es in (fresh, reused)}
    assert np.abs(first[fresh] - second[fresh]).max() > 0.1
    np.testing.assert_allclose(first[reused], second[reused], atol=1e-12)
    reused.tell(np.arange(8.0))
    assert np.abs(reused.ask().vector("W") - reused.params["W"] - first[reused]).max() > 0.1


def test_sigma_and_lr_decay():
    es = strategy(sigma_decay=0.5, lr_decay=0.1)
    es.tell(fitness_of(es))
    assert es.sigma == pytest.approx(0.1)
    assert es.lr == pytest.approx(0.01)
    assert es.ask().sigma == es.sigma


def test_params_are_copied_in_and_read_only():
    mine = {"W": np.zeros((2, 3))}
    es = strategy(mine)
    mine["W"][0, 0] = 9
    assert es.params["W"][0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        es.params["W"][0, 0] = 1


def test_other_shapes_get_full_noise():
    es = strategy({"k": np.zeros((2, 3, 4)), "s": np.zeros(()), "W": np.zeros((3, 3))}, roles={"W": "full"})
    values = es.ask()
    assert values.vector("k").shape == (8, 2, 3, 4)
    assert values.vector("s").shape == (8,)
    assert np.linalg.matrix_rank(values.vector("W")[0]) == 3
    assert es.tell(np.arange(8.0)).moved


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"population": 0}, "population = 0; expected at least 2"),
        ({"population": 7}, "population = 7 is odd"),
        ({"population": -2}, "expected at least 2"),
        ({"sigma": 0.0}, "sigma = 0.0; expected a finite number > 0"),
        ({"sigma": -1.0}, "sigma = -1.0"),
        ({"sigma": float("nan")}, "sigma = nan"),
        ({"lr": 0.0}, "lr = 0.0"),
        ({"rank": 0}, "rank = 0"),
        ({"noise_reuse": 0}, "noise_reuse = 0"),
        ({"chunk": 0}, "chunk = 0"),
        ({"keep_noise_mb": -1.0}, "keep_noise_mb"),
        ({"seed": -1}, "seed = -1"),
        ({"dtype": "int8"}, "dtype = 'int8'"),
        ({"shaping": "ranks"}, "shaping 'ranks' is unknown"),
        ({"shaping": "grouped"}, "group_size = None with shaping 'grouped'"),
        ({"group_size": 4}, "expected it with 'grouped'"),
        ({"shaping": "grouped", "group_size": 3}, "divisor of the population, 8"),
        ({"shaping": "sign", "antithetic": False}, "expected antithetic=True"),
        ({"optimiser": "adm"}, "did you mean adam"),
        ({"roles": {"V": "frozen"}}, "names 'V', which is no parameter"),
        ({"roles": {"b": "low_rank"}}, "expected a matrix"),
        ({"roles": {"W": "cold"}}, "role 'cold' of 'W' is unknown"),
    ],
)
def test_wrong_arguments_say_what_was_expected(options, message):
    with pytest.raises(UsageError, match=message):
        strategy(**options)


@pytest.mark.parametrize("params", [{}, {"W": np.zeros((0, 3))}, {"W": np.array([np.nan])}])
def test_useless_params_are_refused(params):
    with pytest.raises(UsageError, match="expected"):
        strategy(params)


@pytest.mark.parametrize("fitness", [[1.0] * 7, [1.0] * 9, [], [[1.0] * 8], ["a"] * 8])
def test_fitness_of_the_wrong_length_is_refused(fitness):
    with pytest.raises(UsageError, match="8"):
        strategy().tell(fitness)


def test_odd_populations_work_without_pairs():
    es = strategy(population=7, antithetic=False)
    assert es.tell(fitness_of(es)).moved


def test_the_estimate_of_a_linear_fitness_converges_to_its_gradient():
    g = np.random.default_rng(0).standard_normal((5, 7))
    es = strategy({"W": np.zeros((5, 7))}, population=100_000, rank=1)
    fitness = np.tensordot(es.ask().vector("W"), g, axes=2)
    error = es.estimate(fitness)["W"] - g
    # One pair's estimate of an entry has variance at most 3 |g|^2 here, and there are 50,000 pairs.
    assert np.abs(error).max() < 6 * np.sqrt(3 / 50_000) * np.linalg.norm(g)


def test_z_scored_weights_do_not_care_for_the_scale_of_fitness():
    one, two = (strategy(shaping=zscore, optimiser="sgd") for _ in range(2))
    fitness = fitness_of(one)
    one.tell(fitness)
    two.tell(fitness * 2.0**20 + 2.0**20)
    np.testing.assert_allclose(one.params["W"], two.params["W"], atol=1e-9)


class TestOptimisers:
    def test_adam_follows_its_formulas(self):
        rng = np.random.default_rng(0)
        m = v = np.zeros(4)
        memory = {}
        for step in range(1, 6):
            g = rng.standard_normal(4)
            direction, memory = Adam().update(g, memory)
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            expected = m / (1 - 0.9**step) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
            np.testing.assert_allclose(direction, expected, rtol=1e-12)

    def test_momentum_sums_with_decay(self):
        memory = {}
        for expected in (1.0, 1.5, 1.75):
            direction, memory = Momentum(beta=0.5).update(np.ones(1), memory)
            assert direction == expected

    def test_sgd_is_the_estimate(self):
        assert SGD().update(np.ones(2), {})[0].tolist() == [1, 1]

    def test_bad_options_are_refused(self):
        for make in (lambda: Adam(beta1=1), lambda: Adam(epsilon=0), lambda: Momentum(beta=-0.1)):
            with pytest.raises(UsageError, match="expected a number"):
                make()
        with pytest.raises(UsageError, match="expected one of sgd, momentum, adam"):
            optimiser_named("lion")


def test_factors_from_outside_reproduce_the_step():
    es = strategy(optimiser="sgd", shaping=lambda f: f, rank=2)
    a, b = noise_factors(seed=3, leaf="W", step=0, pairs=range(4), m=5, n=7, r=2, dtype="float64")
    fitness = np.arange(8.0) % 3
    difference = fitness[0::2] - fitness[1::2]
    expected = PARAMS["W"] + 0.1 / (8 * 0.2) * np.einsum("p,pri,prj->ij", difference, a, b) / np.sqrt(2)
    es.tell(fitness)
    np.testing.assert_allclose(es.params["W"], expected, atol=1e-12)
