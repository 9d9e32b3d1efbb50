"""The torch backend, given the same noise, gives the same outputs and updates. Skipped where torch is absent."""

from __future__ import annotations

import numpy as np
import pytest

from evo.eggroll import lowrank_linear, lowrank_update, noise_factors
from evo.eggroll.perturbation import Dense, perturbed_linear
from evo.errors import UsageError


def test_without_torch_it_says_what_to_install():
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        from evo.eggroll import torch_backend

        with pytest.raises(UsageError, match="torch is not installed"):
            torch_backend.gpu()


@pytest.mark.parametrize("rank", [1, 3])
@pytest.mark.parametrize("members", [1, 2])
def test_the_same_noise_gives_the_same_numbers(rank, members):
    pytest.importorskip("torch")
    from evo.eggroll import torch_backend

    rng = np.random.default_rng(0)
    a, b = noise_factors(seed=0, leaf="W", step=0, pairs=range(4), m=5, n=7, r=rank, dtype="float64")
    arrays = {
        "a": a,
        "b": b,
        "w": rng.standard_normal((5, 7)),
        "d": rng.standard_normal(4),
        "own": rng.standard_normal((4 * members, 3, 7)),
        "shared": rng.standard_normal((3, 7)),
        "e": rng.standard_normal((4, 5, 7)),
    }
    t = torch_backend.tensors(arrays)
    for kind in ("own", "shared"):
        found = torch_backend.linear(t[kind], t["w"], t["a"], t["b"], 0.3, members=members)
        expected = lowrank_linear(arrays[kind], arrays["w"], a, b, 0.3, members=members)
        np.testing.assert_allclose(found.numpy(), expected, atol=1e-9)
    full = torch_backend.linear_full(t["own"], t["w"], t["e"], 0.3, members=members)
    expected = perturbed_linear(arrays["own"], arrays["w"], Dense(arrays["e"]), 0.3, members=members)
    np.testing.assert_allclose(full.numpy(), expected, atol=1e-9)
    np.testing.assert_allclose(
        torch_backend.update(t["d"], t["a"], t["b"]).numpy(), lowrank_update(arrays["d"], a, b), atol=1e-9
    )


def test_the_throughput_trial_runs_small_on_the_cpu():
    pytest.importorskip("torch")
    from evo.eggroll import torch_backend

    row = torch_backend.forward_seconds(dimension=32, members=8, rank=1, repeats=2, device="cpu")
    assert min(row["inference"], row["low"], row["batched"]) > 0
