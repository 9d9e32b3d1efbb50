"""Small things to be trained, each with hidden examples: drawn from text and, for hold-outs, a run's secret."""

from itertools import pairwise

import numpy as np

from evo.judging import draw_seed

BATCH, EXAMPLES, VALIDATED = 32, 2000, 256
FLIPPED = 0.05
"""Share of the labels that are drawn by lot."""


class Network:
    """A network of dense layers with tanh between, and its examples.

    Attributes:
        shapes: of the weights and biases, in the order in which they stand in the flat vector of parameters.
        start: the parameters in the beginning.
        order: numbers of the examples of each batch, (steps, 32).
    """

    def __init__(self, sizes, examples, rng, steps):
        self.shapes = [shape for a, b in pairwise(sizes) for shape in ((a, b), (b,))]
        (self._x, self._y), x = examples, examples[0]
        self._classes = self._y.ndim == 1
        self.start = np.concatenate(
            [(rng.normal(size=s) / s[0] ** 0.5 if len(s) == 2 else np.zeros(s)).ravel() for s in self.shapes]
        )
        self.order = rng.integers(VALIDATED, len(x), (steps, BATCH))

    def gradient(self, params, t):
        """Return the gradient of the mean loss of batch t."""
        layers, x = self._layers(params), self._x[self.order[t]]
        inputs = [x]
        for weights, biases in layers[:-1]:
            inputs.append(np.tanh(inputs[-1] @ weights + biases))
        weights, biases = layers[-1]
        back = self._error(inputs[-1] @ weights + biases, self._y[self.order[t]]) / len(x)
        found = []
        for (weights, _), given in zip(reversed(layers), reversed(inputs), strict=True):
            found += [back.sum(axis=0), (given.T @ back).ravel()]
            back = (back @ weights.T) * (1 - given * given)
        return np.concatenate(found[::-1])

    def loss(self, params):
        """Return the mean loss of the examples that no batch has."""
        x = self._x[:VALIDATED]
        layers = self._layers(params)
        for weights, biases in layers[:-1]:
            x = np.tanh(x @ weights + biases)
        out, y = x @ layers[-1][0] + layers[-1][1], self._y[:VALIDATED]
        if not self._classes:
            return float(((out - y) ** 2).mean())
        out -= out.max(axis=1, keepdims=True)
        return float((np.log(np.exp(out).sum(axis=1)) - out[np.arange(len(y)), y]).mean())

    def _layers(self, params):
        parts, place = [], 0
        for shape in self.shapes:
            size = int(np.prod(shape))
            parts.append(params[place : place + size].reshape(shape))
            place += size
        return list(zip(parts[::2], parts[1::2], strict=True))

    def _error(self, out, y):
        if not self._classes:
            return 2 * (out - y) / out.shape[1]
        shares = np.exp(out - out.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        shares[np.arange(len(y)), y] -= 1
        return shares


class Factors:
    """A table of low rank of which some entries are seen: two factors are the parameters."""

    def __init__(self, rows, columns, rank, rng, steps):
        self.shapes, self._rows = [(rows, rank), (columns, rank)], rows
        true = rng.normal(size=(rows, rank)) @ (np.logspace(0, -1, rank)[:, None] * rng.normal(size=(rank, columns)))
        self._where = np.stack([rng.integers(rows, size=EXAMPLES), rng.integers(columns, size=EXAMPLES)])
        self._values = true[tuple(self._where)] / true.std() + 0.1 * rng.normal(size=EXAMPLES)
        self.start = 0.3 * rng.normal(size=(rows + columns) * rank)
        self.order = rng.integers(VALIDATED, EXAMPLES, (steps, BATCH))

    def gradient(self, params, t):
        """Return the gradient of the mean squared error of batch t."""
        left, right = self._factors(params)
        (i, j), values = self._where[:, self.order[t]], self._values[self.order[t]]
        back = 2 * ((left[i] * right[j]).sum(axis=1) - values)[:, None] / len(values)
        found = np.zeros_like(left), np.zeros_like(right)
        np.add.at(found[0], i, back * right[j])
        np.add.at(found[1], j, back * left[i])
        return np.concatenate([each.ravel() for each in found])

    def loss(self, params):
        """Return the mean squared error of the entries that no batch has."""
        left, right = self._factors(params)
        i, j = self._where[:, :VALIDATED]
        return float((((left[i] * right[j]).sum(axis=1) - self._values[:VALIDATED]) ** 2).mean())

    def _factors(self, params):
        middle = self._rows * self.shapes[0][1]
        return params[:middle].reshape(self.shapes[0]), params[middle:].reshape(self.shapes[1])


def workload(family, draw, params):
    """Return one workload; sizes are drawn too, so that shapes tell no family."""
    rng = np.random.default_rng(draw_seed(f"training, {family}/{params['steps']}/{draw}", params))
    return FAMILIES[family](rng, params["steps"])


def logistic(rng, steps):
    """Three classes, linear, of features whose scales differ by a factor of a thousand."""
    inputs = int(rng.integers(16, 25))
    return Network([inputs, 3], classified(inputs, 3, 3.0, rng), rng, steps)


def plain(rng, steps):
    """Four classes, one hidden layer."""
    inputs = int(rng.integers(12, 21))
    return Network([inputs, 24, 4], classified(inputs, 4, 0.0, rng), rng, steps)


def scaled(rng, steps):
    """Four classes, one hidden layer, features whose scales differ by a factor of a hundred."""
    inputs = int(rng.integers(12, 21))
    return Network([inputs, 24, 4], classified(inputs, 4, 2.0, rng), rng, steps)


def deep(rng, steps):
    """Four classes, three hidden layers."""
    inputs = int(rng.integers(12, 21))
    return Network([inputs, 16, 16, 16, 4], classified(inputs, 4, 0.5, rng), rng, steps)


def autoencoder(rng, steps):
    """Vectors near a curved surface of four dimensions, through a waist of four."""
    inputs = int(rng.integers(16, 25))
    x = np.tanh(rng.normal(size=(EXAMPLES, 4)) @ rng.normal(size=(4, inputs)))
    x = (x + 0.1 * rng.normal(size=x.shape)) / x.std()
    return Network([inputs, 16, 4, 16, inputs], (x, x), rng, steps)


def factors(rng, steps):
    """A table of rank three."""
    return Factors(int(rng.integers(24, 33)), 20, 3, rng, steps)


def classified(inputs, classes, decades, rng):
    """Return examples (EXAMPLES, inputs) of unequal scales, and labels by a teacher with a hidden layer of its own."""
    x = rng.normal(size=(EXAMPLES, inputs))
    hidden = np.tanh(x @ rng.normal(size=(inputs, 12)) / inputs**0.5)
    out = hidden @ rng.normal(size=(12, classes)) + 0.7 * x @ rng.normal(size=(inputs, classes)) / inputs**0.5
    y = (out - out.mean(axis=0)).argmax(axis=1)
    by_lot = rng.random(EXAMPLES) < FLIPPED
    y[by_lot] = rng.integers(classes, size=int(by_lot.sum()))
    return x * 10 ** (decades * (rng.permutation(inputs) / (inputs - 1) - 0.5)), y


FAMILIES = {
    "logistic": logistic,
    "plain": plain,
    "scaled": scaled,
    "deep": deep,
    "autoencoder": autoencoder,
    "factors": factors,
}
