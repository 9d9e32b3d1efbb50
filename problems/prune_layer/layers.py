"""Layers and the inputs that reach them: drawn from text and, for hold-outs, a run's secret; or a user's own."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from evo.judging import draw_seed

SHOWN, FRESH = 512, 4096
"""Inputs behind the second moments that programs are given, and behind those that they are judged by."""
OWN = Path(__file__).parent / "own" / "layer.npz"
"""Where a user puts a layer: `W` of shape (m, n) and `X` of shape (samples, n), doubles or floats."""


class Layer(NamedTuple):
    """A linear layer.

    Attributes:
        weights: (m, n).
        shown, fresh: (n, n), the second moments of its inputs: of those that programs know, and of others.
    """

    weights: np.ndarray
    shown: np.ndarray
    fresh: np.ndarray


def layer(family, draw, shape, params):
    """Return one drawn layer of `shape` (m, n), or the user's where the family is "own"."""
    if family == "own" and OWN.exists():
        return own()
    family = "correlated" if family == "own" else family
    m, n = shape
    rng = np.random.default_rng(draw_seed(f"layer, {family}/{m}x{n}/{draw}", params))
    weights, inputs = FAMILIES[family](m, n, rng)
    return Layer(weights, moments(inputs(SHOWN)), moments(inputs(FRESH)))


def own():
    """Return the user's layer; the first half of its inputs is shown, the second judges.

    Raises:
        ValueError: the file does not hold what it should.
    """
    with np.load(OWN, allow_pickle=False) as held:
        if not {"W", "X"} <= set(held):
            raise ValueError(f"{OWN}: expected arrays W and X, got {', '.join(held) or 'none'}")
        weights, inputs = (np.asarray(held[name], dtype=float) for name in "WX")
    if weights.ndim != 2 or inputs.ndim != 2 or weights.shape[1] != inputs.shape[1] or len(inputs) < 4:
        raise ValueError(f"{OWN}: expected W (m, n) and X (samples, n), got {weights.shape} and {inputs.shape}")
    if not (np.isfinite(weights).all() and np.isfinite(inputs).all()):
        raise ValueError(f"{OWN}: expected finite numbers")
    half = len(inputs) // 2
    return Layer(weights, moments(inputs[:half]), moments(inputs[half:]))


def moments(inputs):
    """Return X' X / samples. Summed in a fixed order, so that no number of threads changes it."""
    return np.einsum("si,sj->ij", inputs, inputs) / len(inputs)


def drawn_weights(m, n, rng):
    """Return weights with heavy tails and rows of different sizes."""
    return rng.standard_t(5, (m, n)) * np.exp(0.3 * rng.normal(size=(m, 1)))


def drawn_inputs(n, rng, rank, shared, outliers):
    """Return a source of inputs: common causes, rectified ones, noise, channels of all sizes, a few far larger."""
    causes, others = rng.normal(size=(rank, n)), rng.normal(size=(rank, n))
    sizes = np.exp(0.8 * rng.normal(size=n))
    sizes[rng.permutation(n)[:outliers]] *= 8

    def inputs(count):
        linear = rng.normal(size=(count, rank)) @ causes / rank**0.5
        rectified = np.maximum(rng.normal(size=(count, rank)) @ others, 0) / rank**0.5
        return (shared * (linear + rectified) + rng.normal(size=(count, n))) * sizes

    return inputs


def correlated(m, n, rng):
    """Inputs with few common causes."""
    return drawn_weights(m, n, rng), drawn_inputs(n, rng, n // 4, 2.5, 4)


def white(m, n, rng):
    """Inputs that hardly have to do with one another."""
    return drawn_weights(m, n, rng), drawn_inputs(n, rng, n // 2, 0.5, 4)


def spiky(m, n, rng):
    """Many channels that are far larger than the others."""
    return drawn_weights(m, n, rng), drawn_inputs(n, rng, n // 4, 1.5, n // 6)


def trained(m, n, rng):
    """The second layer of a network that was trained for a while to do what another one does."""
    few = n // 3
    teacher = [rng.normal(size=(few, n)) / few**0.5, rng.normal(size=(n, m)) / n**0.5]
    first, second = (each + 0.5 * rng.normal(size=each.shape) / len(each) ** 0.5 for each in teacher)
    mixing = rng.normal(size=(few, few)) / few**0.5 + np.eye(few)

    def given(count):
        return np.einsum("si,ij->sj", rng.normal(size=(count, few)), mixing)

    for _ in range(150):
        x = given(32)
        hidden = np.maximum(np.einsum("si,ij->sj", x, first), 0)
        wanted = np.einsum("sj,jk->sk", np.maximum(np.einsum("si,ij->sj", x, teacher[0]), 0), teacher[1])
        off = (np.einsum("sj,jk->sk", hidden, second) - wanted) / len(x)
        back = np.einsum("sk,jk->sj", off, second) * (hidden > 0)
        second = second - 0.02 * np.einsum("sj,sk->jk", hidden, off)
        first = first - 0.02 * np.einsum("si,sj->ij", x, back)
    return second.T.copy(), lambda count: np.maximum(np.einsum("si,ij->sj", given(count), first), 0)


FAMILIES = {"correlated": correlated, "white": white, "spiky": spiky, "trained": trained}
