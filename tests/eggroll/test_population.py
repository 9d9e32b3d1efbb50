"""What the members compute equals what their written-out parameters compute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.eggroll import EggRoll
from evo.errors import UsageError

TOLERANCE = {"float64": 1e-9, "float32": 2e-4}


def strategy(shape=(5, 7), *, population=6, rank=1, dtype="float64", **options):
    rng = np.random.default_rng(sum(shape))
    params = {"W": rng.standard_normal(shape), "b": rng.standard_normal(shape[0]), "F": rng.standard_normal(shape)}
    options = {"roles": {"F": "frozen"}, "sigma": 0.3, "lr": 0.1, "seed": 5} | options
    return EggRoll(params, population=population, rank=rank, dtype=dtype, **options)


@given(
    shape=st.sampled_from([(5, 7), (7, 5), (1, 6), (6, 1), (1, 1), (33, 4)]),
    population=st.sampled_from([2, 6, 64]),
    rank=st.sampled_from([1, 2, 9, None]),
    antithetic=st.booleans(),
    chunk=st.sampled_from([1, 7, 64]),
    keep=st.sampled_from([0.0, 64.0]),
    batch=st.sampled_from([1, 3]),
    dtype=st.sampled_from(["float64", "float32"]),
)
@settings(max_examples=60, deadline=None)
def test_every_operation_equals_the_dense_reference(
    naive_of, *, shape, population, rank, antithetic, chunk, keep, batch, dtype
):
    es = strategy(
        shape, population=population, rank=rank, dtype=dtype, antithetic=antithetic, chunk=chunk, keep_noise_mb=keep
    )
    members = es.ask()
    rng = np.random.default_rng(0)
    m, n = shape
    own, shared = rng.standard_normal((population, batch, n)), rng.standard_normal((batch, n))
    own_t, shared_t = rng.standard_normal((population, batch, m)), rng.standard_normal((batch, m))
    tokens = rng.integers(0, m, (population, batch))
    found = {
        "own": members.linear("W", own),
        "shared": members.linear("W", shared),
        "own_t": members.linear_t("W", own_t),
        "shared_t": members.linear_t("W", shared_t),
        "rows": members.embedding("W", tokens),
        "shared_rows": members.embedding("W", tokens[0]),
        "bias": members.vector("b"),
        "whole": members.vector("W"),
        "frozen": members.linear("F", shared),
    }
    reference = naive_of(5, 0.3, rank, antithetic, dtype)
    for i in range(population):
        w, b = (reference.member(name, es.params[name], 0, i) for name in ("W", "b"))
        expected = {
            "own": own[i] @ w.T,
            "shared": shared @ w.T,
            "own_t": own_t[i] @ w,
            "shared_t": shared_t @ w,
            "rows": w[tokens[i]],
            "shared_rows": w[tokens[0]],
            "bias": b,
            "whole": w,
            "frozen": shared @ es.params["F"].T,
        }
        written = members.member(i)
        np.testing.assert_allclose(written["W"], w, atol=TOLERANCE[dtype])
        np.testing.assert_allclose(written["b"], b, atol=TOLERANCE[dtype])
        np.testing.assert_array_equal(written["F"], es.params["F"])
        for what, value in expected.items():
            np.testing.assert_allclose(found[what][i], value, atol=TOLERANCE[dtype], err_msg=what)


def test_own_inputs_keep_their_axes():
    members = strategy().ask()
    x = np.random.default_rng(0).standard_normal((6, 2, 3, 7))
    y = members.linear("W", x)
    assert y.shape == (6, 2, 3, 5)
    np.testing.assert_array_equal(y, members.linear("W", x.reshape(6, 6, 7)).reshape(6, 2, 3, 5))
    assert members.embedding("W", np.zeros((6, 2, 3), int)).shape == (6, 2, 3, 7)


def test_mirrored_members_mirror_around_the_mean():
    es = strategy()
    values = es.ask().vector("W")
    np.testing.assert_allclose(
        (values[0::2] + values[1::2]) / 2, np.broadcast_to(es.params["W"], (3, 5, 7)), atol=1e-12
    )


def test_a_population_outlives_the_step():
    es = strategy()
    members = es.ask()
    before = members.vector("W")
    es.tell(np.arange(6.0))
    np.testing.assert_array_equal(members.vector("W"), before)
    assert not np.array_equal(es.ask().vector("W"), before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: p.linear("V", np.zeros((1, 7))), "no parameter 'V'"),
        (lambda p: p.linear("b", np.zeros((1, 7))), "expected a matrix"),
        (lambda p: p.linear("W", np.zeros((1, 5))), r"expected shape \(k, 7\) or \(6, ..., 7\), got \(1, 5\)"),
        (lambda p: p.linear("W", np.zeros(7)), "expected shape"),
        (lambda p: p.linear("W", np.zeros((5, 1, 7))), "expected shape"),
        (lambda p: p.linear_t("W", np.zeros((1, 7))), r"\(k, 5\)"),
        (lambda p: p.embedding("W", np.array([5])), r"integers in \[0, 5\)"),
        (lambda p: p.embedding("W", np.array([-1])), r"integers in \[0, 5\)"),
        (lambda p: p.embedding("W", np.array([0.0])), "integers"),
        (lambda p: p.embedding("W", np.zeros((4, 2), int)), r"\(6, ...\)"),
        (lambda p: p.linear("W", np.zeros((6, 7))), r"one for each of the 6 members.*\(6, 1, n\), or `shared=True`"),
        (lambda p: p.linear_t("W", np.zeros((6, 5))), "all share"),
        (lambda p: p.embedding("W", np.zeros(6, int)), r"expected shape \(6, 1\), or `shared=True`"),
        (lambda p: p.member(6), r"\[0, 6\)"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, message):
    with pytest.raises(UsageError, match=message):
        call(strategy().ask())
