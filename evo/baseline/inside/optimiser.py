"""The process that optimises a problem's arrays of numbers: the problem's `baseline.py` is loaded here alone.

One request comes as a line of JSON; progress and results go back as lines of JSON. Anything that goes wrong ends the
process, and its last words say what.

`baseline.py` in the problem's folder has two functions:

    score(batch, params)    batch: name -> array (N, *shape) within the bounds; returns (N,) numbers, more is better
    output(arrays, params)  arrays: name -> array (*shape); returns what a program's entry would return

All methods see the same unit cube: an entry z in [0, 1] stands for low + z (high - low), so that arrays of unequal
scales are moved alike. Members outside are put onto its nearest face before they are scored.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import numpy as np

from evo import rng
from evo.eggroll.strategy import EggRoll
from evo.evaluate.judge.main import MEMORY_BYTES, ContractError, function_of
from evo.execute.inside import kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.eggroll.arrays import Array

LARGE = 1000
"""Entries above which `eggroll` perturbs a matrix at low rank unless a rank is asked for."""
CHECKPOINTS = 8
"""Times in the course of a seed at which a better result is reported."""
POPULATION = 256
GENERATIONS = 100
"""With a small budget the population shrinks until there are that many generations."""
SIGMA, LR = (0.01, 0.0002), (0.01, 0.0002)
"""First and last value over a seed's budget, in sides of the unit cube; they fall geometrically."""


class Method(Protocol):
    """Proposes batches of points in the unit cube and is told how good they are."""

    def ask(self, most: int) -> dict[str, Array]:
        """Return name -> (N, *shape), 1 <= N <= `most`; empty when fewer than `most` would do no good."""
        ...

    def tell(self, fitness: Array) -> None:
        """Take note of (N,), more is better, in the order of the last batch."""
        ...


class NumericStrategy:
    """An evolution strategy: low rank where it pays, or full rank.

    Args:
        start: name -> array, in the unit cube.
        budget: evaluations of the seed.
        low: whether noise may be of low rank.
        rank: of every matrix's noise; None takes rank 1 for matrices above `LARGE` entries and full rank below.
        seed: of the noise.
    """

    def __init__(self, start: Mapping[str, Array], *, budget: int, low: bool, rank: int | None, seed: int) -> None:
        self._size = max(2, min(POPULATION, budget // GENERATIONS // 2 * 2))
        steps = max(1, budget // self._size - 1)
        small = [name for name, value in start.items() if rank is None and value.size <= LARGE]
        self._strategy = EggRoll(
            start,
            population=self._size,
            sigma=SIGMA[0],
            lr=LR[0],
            rank=(rank or 1) if low else None,
            roles=dict.fromkeys(small, "full"),
            sigma_decay=(SIGMA[1] / SIGMA[0]) ** (1 / steps),
            lr_decay=(LR[1] / LR[0]) ** (1 / steps),
            seed=seed,
            dtype="float64",
        )

    def ask(self, most: int) -> dict[str, Array]:
        """Return the members of the coming generation."""
        if most < self._size:
            return {}
        members = self._strategy.ask()
        return {name: members.vector(name) for name in self._strategy.params}

    def tell(self, fitness: Array) -> None:
        """Take a step."""
        self._strategy.tell(fitness)


class UniformDraws:
    """Random search: every point is drawn uniformly, whatever came before."""

    def __init__(self, start: Mapping[str, Array], *, seed: int) -> None:
        self._shapes = {name: value.shape for name, value in start.items()}
        self._random = np.random.default_rng(seed)

    def ask(self, most: int) -> dict[str, Array]:
        """Return fresh points."""
        count = min(POPULATION, most)
        return {name: self._random.random((count, *shape)) for name, shape in self._shapes.items()}

    def tell(self, fitness: Array) -> None:
        """Learn nothing."""


class Cma:
    """CMA-ES over all arrays laid end to end (Hansen 2016, arXiv:1604.00772), by the package `cma`.

    Where it has converged with budget left, it begins again from a point drawn uniformly.
    """

    def __init__(self, start: Mapping[str, Array], *, seed: int) -> None:
        self._start = start
        self._random = np.random.default_rng(seed)
        self._begin(np.concatenate([value.ravel() for value in start.values()]))

    def _begin(self, first: Array) -> None:
        # The package draws from numpy's global stream, which this process leaves to it.
        options = {"seed": int(self._random.integers(1, 1 << 31)), "bounds": [0, 1], "verbose": -9}
        self._strategy: Any = import_module("cma").CMAEvolutionStrategy(first, 0.1, options)
        self._points: list[Array] = []

    def ask(self, most: int) -> dict[str, Array]:
        """Return the points of the coming generation."""
        if most < self._strategy.popsize:
            return {}
        self._points = self._strategy.ask()
        flat, batch, at = np.array(self._points), dict[str, "Array"](), 0
        for name, value in self._start.items():
            batch[name] = flat[:, at : at + value.size].reshape(len(flat), *value.shape)
            at += value.size
        return batch

    def tell(self, fitness: Array) -> None:
        """Update mean, step size and covariance; what is no number counts as the worst."""
        worst = float(np.min(fitness, where=np.isfinite(fitness), initial=0.0))
        self._strategy.tell(self._points, list(np.where(np.isfinite(fitness), -fitness, 1 - 2 * worst)))
        if self._strategy.stop():
            self._begin(self._random.random(sum(value.size for value in self._start.values())))


def main(argv: Sequence[str]) -> NoReturn:
    """Answer one request.

    Args:
        argv: the parent's pid and the socket's descriptor.
    """
    parent, control = argv
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kernel.die_with(int(parent))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Systems that refuse this limit go without it: what runs here is trusted.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with socket.socket(fileno=int(control)) as line, line.makefile("rw", encoding="utf-8") as stream:

        def say(message: Mapping[str, object]) -> None:
            stream.write(json.dumps(message, allow_nan=False) + "\n")
            stream.flush()

        request = json.loads(stream.readline())
        for seed in request["seeds"]:
            optimise(request, seed, say)
        say({"done": True})
    os._exit(0)


def optimise(request: Mapping[str, Any], seed: int, say: Callable[[Mapping[str, object]], None]) -> None:
    """Spend the budget of one seed, and say what was found at up to `CHECKPOINTS` times and at the end.

    Args:
        request: `folder`, `params`, `arrays`, `method`, `budget` and `rank`.
        seed: of starting points and noise.
        say: takes `seed`, `evaluations` so far and the best `fitness` seen (None: no number yet); with `output` when
            that is better than what was said before.

    Raises:
        ContractError: `baseline.py` answers something else than it promised.
    """
    folder, params, arrays, budget = (request[key] for key in ("folder", "params", "arrays", "budget"))
    score, output = (function_of(folder, "baseline", name) for name in ("score", "output"))
    method = _method(request, seed)
    best, found, said, spent = -np.inf, dict[str, "Array"](), -np.inf, 0
    for checkpoint in range(1, CHECKPOINTS + 1):
        while spent < budget * checkpoint // CHECKPOINTS:
            batch = method.ask(budget - spent)
            if not batch:
                break
            placed = {name: _placed(points, arrays[name]) for name, points in batch.items()}
            fitness = _told(score(placed, params), len(next(iter(batch.values()))))
            method.tell(fitness)
            spent += len(fitness)
            top = int(np.argmax(np.where(np.isfinite(fitness), fitness, -np.inf)))
            if fitness[top] > best:
                best, found = float(fitness[top]), {name: points[top].copy() for name, points in placed.items()}
        message: dict[str, object] = {"seed": seed, "evaluations": spent, "fitness": best if found else None}
        if best > said:
            message["output"] = output(found, params)
            said = best
        say(message)


def _method(request: Mapping[str, Any], seed: int) -> Method:
    name, budget = request["method"], request["budget"]
    noise, random = rng.derive(seed, "baseline", name), np.random.default_rng(rng.derive(seed, "baseline", "start"))
    start: dict[str, Array] = {}
    for array, box in request["arrays"].items():
        start[array] = random.random(tuple(box["shape"]))
        if box["start"] is not None:
            start[array][...] = (box["start"] - box["low"]) / (box["high"] - box["low"])
    match name:
        case "random":
            return UniformDraws(start, seed=noise)
        case "cma":
            return Cma(start, seed=noise)
        case _:
            return NumericStrategy(start, budget=budget, low=name == "eggroll", rank=request["rank"], seed=noise)


def _placed(points: Array, box: Mapping[str, Any]) -> Array:
    return box["low"] + np.clip(points, 0, 1) * (box["high"] - box["low"])


def _told(fitness: object, count: int) -> Array:
    told = np.asarray(fitness, np.float64)
    if told.shape != (count,):
        raise ContractError(
            f"score in baseline.py returned shape {told.shape}; expected ({count},), one number a member"
        )
    return told
