"""prune_layer: zeros and errors recounted, layers drawn anew, what each rung is worth, a user's own layer."""

import functools
import itertools
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from evo.judging import Invalid
from tests.problems.inside import Inside, judge_modules, moves

PACK = Path(__file__).parents[2] / "problems" / "prune_layer"
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
PARAMS = {
    "shape": [48, 96],
    "families": ["correlated"],
    "draws": 4,
    "draw": 1,
    "sparsities": [0.5, 0.7, 0.9],
    "pattern": "layer",
}
TEXTBOOK, BEST_SEEN = 0.0176, 0.0080
"""Wanda with one threshold for the layer, and the best that was seen, on these four layers."""


LAYERS, JUDGE = judge_modules(PACK, "layers", "evaluate")


@functools.cache
def error(text):
    return JUDGE.evaluate(Inside(text), PARAMS)["objective"]


def with_part(text, part, body):
    """Return a program with one of its functions replaced."""
    start = text.index(f"def {part}(")
    end = text.find("\n\n\ndef", start)
    return text[:start] + body.strip() + (text[end:] if end >= 0 else "\n")


def threshold():
    """Wanda with one threshold for the whole layer: two of the seeds' parts put together."""
    text = SEEDS["magnitude_global"]
    start = text.index("def allot(")
    return with_part(SEEDS["wanda"], "allot", text[start : text.index("\n\n\ndef chosen")])


LEAST_SQUARES = """
def refit(W, mask, H):
    V = np.zeros_like(W)
    for i, row in enumerate(mask):
        kept = np.flatnonzero(row)
        V[i, kept] = np.linalg.solve(H[np.ix_(kept, kept)], H[kept] @ W[i])
    return V
"""


@pytest.mark.parametrize("family", ["correlated", "white", "spiky", "trained"])
def test_layers_are_drawn_again_alike_and_other_with_a_secret(family):
    one, again, secret, other = (
        LAYERS.layer(family, draw, (8, 24), params)
        for draw, params in ((3, {}), (3, {}), (3, {"secret": "ab" * 16}), (4, {}))
    )
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    for another in (secret, other):
        assert (one.weights != another.weights).any()
    assert np.isfinite(one.weights).all()
    assert one.shown.shape == one.fresh.shape == (24, 24)
    assert (one.shown != one.fresh).any()
    assert np.linalg.eigvalsh(one.fresh).min() > -1e-9


def test_the_error_is_that_of_the_outputs():
    rng = np.random.default_rng(1)
    inputs, weights, pruned = rng.normal(size=(500, 6)), rng.normal(size=(3, 6)), rng.normal(size=(3, 6))
    moments = LAYERS.moments(inputs)
    assert moments == pytest.approx(inputs.T @ inputs / 500)
    found = JUDGE.energy(weights - pruned, moments) / JUDGE.energy(weights, moments)
    outputs = ((inputs @ (weights - pruned).T) ** 2).sum() / ((inputs @ weights.T) ** 2).sum()
    assert found == pytest.approx(outputs)


def test_small_cases_are_what_the_cases_say():
    layer = LAYERS.layer("correlated", 1, (4, 8), {})
    halves, pairs = layer.weights.copy(), layer.weights.copy()
    halves[:, 4:] = 0
    pairs[:, 2::4] = pairs[:, 3::4] = 0
    text = (PACK / "cases.yaml").read_text()
    for pruned in (halves, pairs):
        lost = layer.weights - pruned
        expected = np.trace(lost @ layer.fresh @ lost.T) / np.trace(layer.weights @ layer.fresh @ layer.weights.T)
        assert f"objective: {expected:.9f}"[:-1] in text


@pytest.mark.parametrize("sparsity", [0.5, 0.7, 0.9, 0.3])
@pytest.mark.parametrize("pattern", ["layer", "row", "2:4"])
def test_as_many_as_the_pattern_allows_and_not_one_more(pattern, sparsity):
    m, n = 5, 20
    most = {"layer": round(m * n * (1 - sparsity)), "row": round(n * (1 - sparsity)), "2:4": 2}[pattern]
    kept = np.zeros((m, n), dtype=bool)
    places = {
        "layer": [divmod(k, n) for k in range(most + 1)],
        "row": [(2, k) for k in range(most + 1)],
        "2:4": [(3, 8), (3, 10), (3, 11)],
    }[pattern]
    for place in places[:-1]:
        kept[place] = True
    JUDGE.check(kept, sparsity, pattern)
    kept[places[-1]] = True
    with pytest.raises(Invalid, match="that are not zero"):
        JUDGE.check(kept, sparsity, pattern)


def test_seeds_stand_on_three_rungs_and_are_judged_in_time():
    for text in SEEDS.values():
        began = time.process_time()
        assert error(text) == JUDGE.evaluate(Inside(text), PARAMS)["objective"]
        assert time.process_time() - began < 2
    assert error(SEEDS["magnitude"]) == pytest.approx(0.135, abs=0.001)
    assert error(SEEDS["magnitude_global"]) == pytest.approx(0.111, abs=0.001)
    assert error(SEEDS["wanda"]) == pytest.approx(0.0215, abs=0.0002)
    assert error(threshold()) == pytest.approx(TEXTBOOK, abs=0.0001)


def test_what_is_fitted_to_the_shown_inputs_is_lost_on_fresh_ones():
    found = JUDGE.evaluate(Inside(with_part(threshold(), "refit", LEAST_SQUARES)), PARAMS)
    assert found["objective"] < 0.6 * TEXTBOOK
    assert found["objective"] > 1.1 * found["metrics"]["shown"]


def test_a_refit_by_least_squares_leaves_no_better_weight_for_the_shown_inputs():
    layer = LAYERS.layer("white", 1, (3, 12), {})
    parts = Inside(with_part(SEEDS["wanda"], "refit", LEAST_SQUARES)).parts
    found = parts["prune"](layer.weights, layer.shown, 0.5, "row")
    best = JUDGE.energy(layer.weights - found, layer.shown)
    for (i, j), step in itertools.product(np.argwhere(found != 0), (-0.01, 0.01)):
        other = found.copy()
        other[i, j] += step
        assert JUDGE.energy(layer.weights - other, layer.shown) > best


def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert error(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)


def test_a_layer_of_ones_own_is_read_and_a_wrong_one_is_named(tmp_path):
    folder = tmp_path / "prune_layer"
    shutil.copytree(PACK, folder)
    layers, judge = judge_modules(folder, "layers", "evaluate")
    drawn = layers.layer("own", 1, (8, 16), {})
    assert drawn.weights.shape == (8, 16)
    (folder / "own").mkdir()
    rng = np.random.default_rng(1)
    weights, inputs = rng.normal(size=(5, 12)).astype("f4"), rng.normal(size=(200, 12))
    np.savez(folder / "own" / "layer.npz", W=weights, X=inputs)
    mine = layers.layer("own", 1, (8, 16), {})
    assert (mine.weights == weights).all()
    assert mine.fresh == pytest.approx(inputs[100:].T @ inputs[100:] / 100)
    params = {**PARAMS, "families": ["own"], "draws": 1}
    assert 0 < judge.evaluate(Inside(SEEDS["wanda"]), params)["objective"] < 1
    np.savez(folder / "own" / "layer.npz", W=weights, X=inputs[:, 1:])
    with pytest.raises(ValueError, match=r"layer.npz: expected W \(m, n\) and X \(samples, n\)"):
        layers.layer("own", 1, (8, 16), {})
    np.savez(folder / "own" / "layer.npz", weights=weights)
    with pytest.raises(ValueError, match=r"expected arrays W and X, got weights"):
        layers.layer("own", 1, (8, 16), {})


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_number_of_threads_changes_nothing(threads):
    program = (
        f"import sys; sys.path[:0] = [{str(PACK)!r}]\n"
        "import evaluate, layers\n"
        "layer = layers.layer('trained', 1, (12, 48), {})\n"
        "print(evaluate.energy(layer.weights, layer.fresh).hex())\n"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    layer = LAYERS.layer("trained", 1, (12, 48), {})
    assert done.stdout.strip() == JUDGE.energy(layer.weights, layer.fresh).hex()
