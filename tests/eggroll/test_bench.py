"""The bench: verdicts from figures, its own claims hold, and a dense path swapped in is found out."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from evo.eggroll.bench import Check, Claim, Verdict, bench_in_child, cost, estimate, failed, suite
from evo.eggroll.bench.kernels import DENSE, Kernels, materialised_linear
from evo.eggroll.noise import noise_factors
from evo.eggroll.perturbation import lowrank_linear, lowrank_update
from evo.errors import InfraError
from tests.yardstick import slowness


def claim(*checks):
    return Claim(key="k", says="s", where="w", miniature="m", checks=checks, rows=({"x": 1.0, "raw": [1.0, 2.0]},))


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (1.0, None, None, Verdict.SHOWN),
        (1.0, 1.0, None, Verdict.HOLDS),
        (0.9, 1.0, None, Verdict.FAILS),
        (1.1, None, 1.0, Verdict.FAILS),
        (1.0, 0.5, 1.5, Verdict.HOLDS),
        (float("nan"), 0.5, 1.5, Verdict.FAILS),
    ],
)
def test_a_check_lies_within_its_bounds(value, low, high, verdict):
    assert Check(label="l", value=value, low=low, high=high).verdict is verdict


def test_a_claim_fails_with_its_worst_check():
    shown, holds = Check(label="a", value=1.0), Check(label="b", value=1.0, low=0.0)
    fails = Check(label="c", value=1.0, low=2.0)
    assert claim(shown).verdict is Verdict.SHOWN
    assert claim(shown, holds).verdict is Verdict.HOLDS
    assert claim(fails, holds).verdict is Verdict.FAILS
    assert failed([claim(holds), claim(fails)])
    assert not failed([claim(holds), claim(shown)])


def test_a_claim_survives_json():
    one = claim(Check(label="a", value=1.0, low=0.5))
    text = json.dumps(one.plain())
    assert Claim.from_plain(json.loads(text)) == one
    assert '"verdict": "holds"' in text


@pytest.mark.parametrize("rank", [1, 3])
def test_the_sabotage_computes_the_same(rank):
    rng = np.random.default_rng(0)
    a, b = noise_factors(seed=0, leaf="W", step=0, pairs=range(4), m=5, n=6, r=rank, dtype="float64")
    x, w, d = rng.standard_normal((8, 2, 6)), rng.standard_normal((5, 6)), rng.standard_normal(4)
    np.testing.assert_allclose(materialised_linear(x, w, a, b, 0.1), lowrank_linear(x, w, a, b, 0.1), atol=1e-12)
    np.testing.assert_allclose(DENSE.update(d, a, b), lowrank_update(d, a, b), atol=1e-12)


def test_a_dense_path_fails_the_forward_and_memory_bounds():
    found = {c.key: c for c in (cost.forward(DENSE, quick=True), cost.memory(DENSE, quick=True))}
    assert found["memory"].verdict is Verdict.FAILS
    labels = [check.label for check in found["forward"].checks if check.verdict is Verdict.FAILS]
    for part in ("drawn anew", "written out", "low rank, share of inference"):
        assert any(part in label for label in labels), part


def test_noise_of_the_wrong_scale_is_found_out():
    def without_the_root(**arguments):  # as if E were A^T B
        a, b = noise_factors(**arguments)
        return a * arguments["r"] ** 0.25, b * arguments["r"] ** 0.25

    def halved(**arguments):
        a, b = noise_factors(**arguments)
        return a / 2, b

    assert estimate.bias_sampled(Kernels(factors=without_the_root), quick=True).verdict is Verdict.FAILS
    assert estimate.variance(Kernels(factors=halved), quick=True).verdict is Verdict.FAILS


def test_an_update_that_loses_pairs_is_found_out():
    kernels = Kernels(update=lambda weights, a, b: lowrank_update(weights[:1], a[:1], b[:1]))
    assert estimate.rank_of_update(kernels, quick=True).verdict is Verdict.FAILS


def test_the_quick_bench_holds_in_a_child_of_its_own():
    seen = []
    claims = bench_in_child(quick=True, progress=lambda what, done, total: seen.append((what, done, total)))
    assert not failed(claims), [check for c in claims for check in c.checks if check.verdict is Verdict.FAILS]
    assert [done for _, done, _ in seen] == list(range(len(claims) + 1))
    assert len({c.key for c in claims}) == len(claims) >= 13
    assert sum(c.cpu_seconds for c in claims) < 10 * slowness()
    json.dumps([c.plain() for c in claims])


@pytest.mark.soak
def test_the_full_bench_holds_within_a_minute_of_cpu():
    claims = bench_in_child(quick=False)
    assert not failed(claims), [check for c in claims for check in c.checks if check.verdict is Verdict.FAILS]
    assert sum(c.cpu_seconds for c in claims) < 60 * slowness()


def test_a_dying_child_is_an_infrastructure_error(monkeypatch):
    monkeypatch.setattr(suite.sys, "executable", "/bin/false")
    with pytest.raises(InfraError, match="exit code 1 after 0 claims"):
        bench_in_child(quick=True)


def test_the_room_stands_alone():
    code = (
        "import sys, evo.eggroll, evo.eggroll.bench, evo.eggroll.tasks, evo.eggroll.torch_backend;"
        "mine = [m for m in sys.modules if m.startswith('evo.') and not m.startswith('evo.eggroll')];"
        "others = [m for m in ('scipy', 'torch', 'matplotlib', 'pydantic', 'sqlalchemy') if m in sys.modules];"
        "print(mine, others)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['evo.errors'] []"
