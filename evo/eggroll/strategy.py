"""EGGROLL: evolution strategies with perturbations of low rank.

A generation at parameters theta, with N members in P = N/2 antithetic pairs:

    members      theta + s_i sigma E_p,  s_2p = +1, s_2p+1 = -1,  E_p = A_p^T B_p / sqrt(r)
    fitness      f_i, told by the caller; more is better
    weights      w = shape(f)
    estimate     g = 1 / (N sigma) sum_i w_i s_i E_p(i) = 1 / (N sigma) sum_p (w_2p - w_2p+1) E_p
    step         theta <- theta + lr optimiser(g)

There is no other factor: no hidden sqrt(N), and sigma enters as it does above. `rank=None` draws E_p full and takes
the same path: it is the classical strategy (Salimans et al. 2017, arXiv:1703.03864).

Source: Sarkar et al. 2025, "Evolution Strategies at the Hyperscale", arXiv:2511.16652, algorithm 1 and eqs. 3 to 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from numbers import Integral, Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from evo.eggroll.fitness_shapes import Shaping, ShapingFunction, repair, shaping_function
from evo.eggroll.leaves import GenerationNoise, Leaf, Role, leaves_of
from evo.eggroll.noise import Sampler, gaussian
from evo.eggroll.optimisers import Memory, Optimiser, optimiser_named
from evo.eggroll.population import Population
from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.eggroll.arrays import Array

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class StepInfo:
    """What one generation did.

    Attributes:
        step: the generation's number, from 0.
        sigma: its noise scale.
        lr: its step size.
        best: highest finite fitness, or NaN if there was none.
        mean: mean of the finite fitnesses, or NaN.
        refused: members without a finite fitness.
        moved: False when all weights were zero: parameters and optimiser were left untouched.
        norms: leaf -> Frobenius norm of the change.
        ranks: leaf -> largest rank the estimate can have, min(P r, m, n).
    """

    step: int
    sigma: float
    lr: float
    best: float
    mean: float
    refused: int
    moved: bool
    norms: Mapping[str, float]
    ranks: Mapping[str, int]


class EggRoll:
    """The strategy, by ask and tell.

    Args:
        params: name -> array, copied; matrices m x n get low-rank noise, all other shapes full noise.
        population: N, members a generation, >= 2; even with antithetic pairs.
        sigma: standard deviation of an entry's perturbation, > 0.
        lr: step size, > 0.
        rank: r >= 1, also above min(m, n); None for full-rank noise everywhere.
        roles: name -> "low_rank", "full" or "frozen", where it differs from the default.
        optimiser: "sgd", "momentum", "adam", or an object with `update`.
        shaping: "zscore", "grouped", "rank", "sign", or a function of (N,) finite numbers.
        group_size: consecutive members that share their data, for "grouped"; divides N.
        antithetic: whether members come in mirrored pairs.
        sigma_decay: factor on sigma a generation, > 0.
        lr_decay: factor on lr a generation, > 0.
        noise_reuse: generations that see the same noise, >= 1.
        chunk: pairs worked on at once, >= 1; no result depends on it but by rounding.
        keep_noise_mb: noise kept between the calls of a generation, in MiB; beyond it noise is drawn again.
        seed: of the noise, in [0, 2**63).
        dtype: "float32" or "float64".
        sample: distribution of the noise: zero mean, unit variance, symmetric.

    Raises:
        UsageError: an argument is out of range; the message says which.

    Example:
        >>> es = EggRoll({"W": np.zeros((3, 4))}, population=64, sigma=0.1, lr=0.1)
        >>> for _ in range(100):
        ...     members = es.ask()
        ...     outputs = members.linear("W", inputs)  # (64, k, 3)
        ...     es.tell(-((outputs - targets) ** 2).mean(axis=(1, 2)))
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        *,
        population: int,
        sigma: float,
        lr: float,
        rank: int | None = 1,
        roles: Mapping[str, Role | str] | None = None,
        optimiser: Optimiser | str = "adam",
        shaping: ShapingFunction | Shaping | str = Shaping.RANK,
        group_size: int | None = None,
        antithetic: bool = True,
        sigma_decay: float = 1.0,
        lr_decay: float = 1.0,
        noise_reuse: int = 1,
        chunk: int = 64,
        keep_noise_mb: float = 64.0,
        seed: int = 0,
        dtype: str = "float32",
        sample: Sampler = gaussian,
    ) -> None:
        _check_population(population, antithetic=antithetic, group_size=group_size)
        _check_counts(rank=rank, noise_reuse=noise_reuse, chunk=chunk)
        _check_positive(sigma=sigma, lr=lr, sigma_decay=sigma_decay, lr_decay=lr_decay)
        if not keep_noise_mb >= 0:
            raise UsageError(f"keep_noise_mb = {keep_noise_mb}; expected a number >= 0")
        check_seed(seed)
        self._params = _arrays(params, dtype)
        shapes = {name: value.shape for name, value in self._params.items()}
        self._leaves = leaves_of(shapes, roles or {}, rank=rank, seed=seed, dtype=dtype, sample=sample)
        self.population, self._members = population, 2 if antithetic else 1
        self._sigma, self._lr, self._sigma_decay, self._lr_decay = sigma, lr, sigma_decay, lr_decay
        self._noise_reuse, self._chunk, self._keep_bytes = noise_reuse, chunk, int(keep_noise_mb * MEGABYTE)
        self._optimiser = optimiser_named(optimiser) if isinstance(optimiser, str) else optimiser
        self._shape = shaping_function(shaping, group_size=group_size) if isinstance(shaping, str) else shaping
        if shaping == Shaping.SIGN and not antithetic:
            raise UsageError("shaping 'sign' compares the members of a pair; expected antithetic=True")
        self._memory: dict[str, Memory] = {name: {} for name in self._leaves}
        self._settings: dict[str, Any] = {
            "population": population,
            "rank": rank,
            "antithetic": antithetic,
            "noise_reuse": noise_reuse,
            "seed": seed,
            "dtype": dtype,
            "sample": getattr(sample, "__name__", repr(sample)),
            "optimiser": repr(self._optimiser),
            "sigma": sigma,
            "lr": lr,
            "sigma_decay": sigma_decay,
            "lr_decay": lr_decay,
            "shaping": str(shaping) if isinstance(shaping, str) else getattr(shaping, "__name__", repr(shaping)),
            "group_size": group_size,
            "leaves": {name: [*leaf.shape, leaf.rank] for name, leaf in self._leaves.items()},
        }
        self._step = 0
        self._current: GenerationNoise | None = None

    @property
    def params(self) -> Mapping[str, Array]:
        """The mean of the population, read-only; a later `tell` makes new arrays and leaves these as they are."""
        return MappingProxyType({name: _read_only(value) for name, value in self._params.items()})

    @property
    def step(self) -> int:
        """Generations told so far."""
        return self._step

    @property
    def sigma(self) -> float:
        """The noise scale of the coming generation."""
        return self._sigma * self._sigma_decay**self._step

    @property
    def lr(self) -> float:
        """The step size of the coming generation."""
        return self._lr * self._lr_decay**self._step

    @property
    def leaves(self) -> Mapping[str, Leaf]:
        """The perturbed leaves."""
        return MappingProxyType(self._leaves)

    def ask(self) -> Population:
        """Return the members of the coming generation; asking again returns the same members."""
        return Population(dict(self._params), self._noise(), members=self._members, sigma=self.sigma)

    def tell(self, fitness: Sequence[float] | Array) -> StepInfo:
        """Move along the estimate from the members' fitness.

        Args:
            fitness: (N,), in the order of the members, more is better. NaN and infinite count as worse than all else.

        Returns:
            What was done. Where all members are equal nothing moves, though the generation counts.

        Raises:
            UsageError: the length is wrong.
        """
        told = check_fitness(fitness, self.population)
        finite = told[np.isfinite(told)]
        weights = self._shape(repair(told))
        norms = self._move(weights) if np.any(weights) else dict.fromkeys(self._leaves, 0.0)
        info = StepInfo(
            step=self._step,
            sigma=self.sigma,
            lr=self.lr,
            best=float(finite.max()) if len(finite) else float("nan"),
            mean=float(finite.mean()) if len(finite) else float("nan"),
            refused=self.population - len(finite),
            moved=bool(np.any(weights)),
            norms=norms,
            ranks={name: leaf.update_rank(self.population // self._members) for name, leaf in self._leaves.items()},
        )
        self._step += 1
        self._current = None
        return info

    def estimate(self, weights: Array) -> dict[str, Array]:
        """Return g = 1 / (N sigma) sum_i w_i s_i E_p(i) for every perturbed leaf, from weights (N,) of the members."""
        by_pair = weights[0::2] - weights[1::2] if self._members > 1 else weights
        by_pair = by_pair / (self.population * self.sigma)
        noise = self._noise()
        out: dict[str, Array] = {}
        for name in self._leaves:
            total = np.zeros_like(self._params[name])
            for pairs, block in noise.blocks(name):
                total += block.weighted_sum(by_pair[pairs])
            out[name] = total
        return out

    def state_dict(self) -> dict[str, Any]:
        """Return everything that a strategy made with the same arguments needs to go on, bit for bit."""
        return {
            "settings": dict(self._settings),
            "step": self._step,
            "params": {name: value.copy() for name, value in self._params.items()},
            "memory": {name: {key: value.copy() for key, value in kept.items()} for name, kept in self._memory.items()},
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict`.

        Raises:
            UsageError: it belongs to a strategy that was made with other arguments, or holds arrays of other shapes.
        """
        theirs = state["settings"]
        for key, value in self._settings.items():
            # States of earlier versions do not tell all of it.
            if theirs.get(key, value) != value:
                raise UsageError(f"the state has {key} = {theirs.get(key)}; this strategy has {value}")
        shapes = {name: np.shape(value) for name, value in state["params"].items()}
        if shapes != (wanted := {name: value.shape for name, value in self._params.items()}):
            raise UsageError(f"the state has parameters of shapes {shapes}; this strategy has {wanted}")
        self._step = int(state["step"])
        self._params = {name: np.array(state["params"][name], value.dtype) for name, value in self._params.items()}
        self._memory = {name: {k: v.copy() for k, v in kept.items()} for name, kept in state["memory"].items()}
        self._current = None

    def _move(self, weights: Array) -> dict[str, float]:
        """Take the step and return the norm of every leaf's change."""
        norms: dict[str, float] = {}
        for name, gradient in self.estimate(weights).items():
            direction, self._memory[name] = self._optimiser.update(gradient, self._memory[name])
            change = direction * direction.dtype.type(self.lr)
            self._params[name] = self._params[name] + change
            norms[name] = float(np.linalg.norm(change))
        return norms

    def _noise(self) -> GenerationNoise:
        """Return the noise of the coming generation, shared by its population and its update."""
        if self._current is None:
            self._current = GenerationNoise(
                self._leaves,
                step=self._step // self._noise_reuse,
                pairs=self.population // self._members,
                chunk=self._chunk,
                keep_bytes=self._keep_bytes,
            )
        return self._current


def _read_only(value: Array) -> Array:
    view = value.view()
    view.flags.writeable = False
    return view


def check_fitness(fitness: Sequence[float] | Array, population: int) -> Array:
    """Return the fitness as (N,) float64.

    Raises:
        UsageError: it does not have one real number a member.
    """
    try:
        told = np.asarray(fitness, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"fitness: expected {population} numbers ({error})") from None
    if told.shape != (population,):
        raise UsageError(f"fitness has shape {told.shape}; expected ({population},), one number a member")
    return told


def check_seed(seed: int) -> None:
    """Raise UsageError unless `seed` is in [0, 2**63)."""
    if not _is_whole(seed) or not 0 <= seed < 1 << 63:
        raise UsageError(f"seed = {seed!r}; expected an integer in [0, 2**63)")


def _check_population(population: int, *, antithetic: bool, group_size: int | None) -> None:
    if not _is_whole(population) or population < 2:  # noqa: PLR2004 - one member tells nothing
        raise UsageError(f"population = {population!r}; expected at least 2 members, as an integer")
    if antithetic and population % 2:
        raise UsageError(f"population = {population} is odd; antithetic pairs need an even number of members")
    if group_size is not None and (not _is_whole(group_size) or group_size < 1 or population % group_size):
        raise UsageError(f"group_size = {group_size!r}; expected a divisor of the population, {population}")


def _check_counts(**values: int | None) -> None:
    for name, value in values.items():
        if value is not None and (not _is_whole(value) or value < 1):
            raise UsageError(f"{name} = {value!r}; expected an integer >= 1")


def _check_positive(**values: float) -> None:
    for name, value in values.items():
        if not _is_number(value, Real) or not (value > 0 and isfinite(value)):
            raise UsageError(f"{name} = {value!r}; expected a finite number > 0")


def _is_whole(value: object) -> bool:
    """Tell whether a value is an integer, numpy's own included."""
    return _is_number(value, Integral)


def _is_number(value: object, kind: type) -> bool:
    """Tell whether a value is a number of a kind; a bool is none."""
    return isinstance(value, kind) and not isinstance(value, bool)


def _arrays(params: Mapping[str, Array], dtype: str) -> dict[str, Array]:
    """Return copies of the parameters.

    Raises:
        UsageError: there are none, one is empty, or holds something else than finite real numbers.
    """
    if not params:
        raise UsageError("params is empty; expected at least one array")
    if dtype not in ("float32", "float64"):
        raise UsageError(f"dtype = {dtype!r}; expected 'float32' or 'float64'")
    found: dict[str, Array] = {}
    for name, value in params.items():
        if (kind := np.asarray(value).dtype).kind not in "fiu":
            raise UsageError(f"parameter {name!r} holds {kind}; expected real numbers")
        found[name] = np.array(value, dtype)
        if not np.isfinite(found[name]).all() or found[name].size == 0:
            shape = found[name].shape
            raise UsageError(f"parameter {name!r} of shape {shape}: expected finite numbers, at least one")
    return found
