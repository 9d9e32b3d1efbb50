"""EGGROLL for int8 networks: integer weights, activations, noise and steps (appendices G and H of the paper).

Sixteen stands for one: weights, activations and noise are int8 with 16 = 1.0, noise is round(16 z). For member i of
pair p with sign s, at sigma = 2^-shift and rank one:

    y   = clip((u W^T + ((u . B_p) s A_p >> (4 + shift))) // round(16 sqrt(n)))         clip to [-127, 127]
    t_p = sign(f_2p - f_2p+1)                                                            in {-1, 0, 1}
    E   = sum_p t_p A_p^T B_p                                                            exact integers
    W  <- clip(W + sign(E) [|E| >= floor(16 Phi^-1(1 - alpha/2)) 16 sqrt(P)])

Were every t_p an independent sign, E_ij would be near normal with standard deviation 256 sqrt(P), so alpha is close to
the share of weights that change. Other shapes than matrices carry full noise: v_i = clip(v + (s e_p >> shift)), and
the threshold is floor(16 Phi^-1(1 - alpha/2)) sqrt(P), as e has standard deviation 16. There is no optimiser state.

Source: Sarkar et al. 2025, arXiv:2511.16652.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from evo.eggroll.fitness_shapes import pair_sign, repair
from evo.eggroll.leaves import MATRIX, GenerationNoise, Role, leaves_of
from evo.eggroll.noise import int8_gaussian
from evo.eggroll.perturbation import LowRank
from evo.eggroll.strategy import check_fitness, check_seed
from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.eggroll.arrays import Array
    from evo.eggroll.perturbation import Perturbation

ONE_BITS = 4
"""log2 of the integer that stands for one."""

LIMIT = 127
NARROW = 1024
"""Inputs up to which 127^3 n < 2^31 and 127^2 n < 2^24: 32 bits hold every sum exactly, in int and in float."""

KEEP_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class IntStepInfo:
    """What one generation did.

    Attributes:
        step: the generation's number, from 0.
        alpha: the share of weights aimed at.
        decided: pairs whose members differed.
        changed: leaf -> share of its weights that moved, in [0, 1].
    """

    step: int
    alpha: float
    decided: int
    changed: Mapping[str, float]


class IntPopulation:
    """The 2P members of one generation of an int8 network."""

    __slots__ = ("_noise", "_params", "_shift", "size")

    def __init__(self, params: Mapping[str, Array], noise: GenerationNoise, *, shift: int) -> None:
        self._params, self._noise, self._shift = params, noise, shift
        self.size = 2 * noise.pairs

    def __len__(self) -> int:
        return self.size

    def linear(self, name: str, u: Array, *, clip: bool = True, shared: bool = False) -> Array:
        """Return each member's (u W^T + noise) // round(16 sqrt(n)).

        Args:
            name: an int8 matrix m x n.
            u: int8, (k, n) shared or (N, k, n) own.
            clip: whether to clip to int8, as hidden layers do; otherwise the result is int32 or int64.
            shared: says that (N, n) are k = N vectors for every member, which they might not have been meant to be.

        Returns:
            (N, k, m), int8, or wider where not clipped.

        Raises:
            UsageError: there is no such matrix, or the inputs are not int8 or do not fit.
        """
        weight = self._leaf(name)
        if weight.ndim != MATRIX or u.dtype != np.int8 or u.ndim not in (2, 3) or u.shape[-1] != weight.shape[1]:
            wanted = f"int8 inputs (k, n) or ({self.size}, k, n) of a matrix m x n"
            raise UsageError(f"{name!r} of shape {weight.shape}: expected {wanted}, got {u.dtype} {u.shape}")
        if u.ndim > MATRIX and len(u) != self.size:
            raise UsageError(f"inputs of {name!r}: expected {self.size} members, got {len(u)}")
        if u.ndim == MATRIX and len(u) == self.size and not shared:
            either = f"one vector for each of the {self.size} members, or {self.size} that all share?"
            wanted = f"expected shape ({self.size}, 1, n), or `shared=True`"
            raise UsageError(f"inputs of {name!r} of shape {u.shape}: {either} {wanted}")
        n = weight.shape[1]
        whole = np.int32 if n <= NARROW else np.int64
        total = np.array(np.broadcast_to(_exact(u, weight.T, whole), (self.size, u.shape[-2], len(weight))))
        if name in self._noise:
            paired = total.reshape(-1, 2, *total.shape[1:])
            own = u if u.ndim == MATRIX else u.reshape(-1, 2, *u.shape[1:])
            for pairs, noise in self._noise.blocks(name):
                add_perturbation(paired[pairs], own if u.ndim == MATRIX else own[pairs], noise, ONE_BITS + self._shift)
        total //= whole(divisor(n))
        return saturate(total) if clip else total

    def vector(self, name: str) -> Array:
        """Return every member's own copy of a leaf that is no matrix, (N, *shape), int8."""
        value = self._leaf(name)
        if value.ndim == MATRIX:
            raise UsageError(f"parameter {name!r} is a matrix; expected another shape, or use `linear`")
        out = np.array(np.broadcast_to(value.astype(np.int64), (self.size, *value.shape)))
        if name in self._noise:
            paired = out.reshape(-1, 2, *value.shape)
            for pairs, noise in self._noise.blocks(name):
                change = noise.dense().astype(np.int64)
                paired[pairs] += np.stack([change >> self._shift, -change >> self._shift], axis=1)
        return saturate(out)

    def _leaf(self, name: str) -> Array:
        try:
            return self._params[name]
        except KeyError:
            raise UsageError(f"no parameter {name!r}{nearest(name, self._params)}") from None


class IntEggRoll:
    """The integer strategy, by ask and tell; antithetic pairs, rank one.

    Args:
        params: name -> int8 array, copied.
        pairs: P >= 1; the population is 2 P.
        shift: sigma = 2^-shift, in [0, 12].
        alpha: share of weights to change in the first generation, in (0, 1].
        alpha_decay: alpha falls as alpha / (1 + alpha_decay step), >= 0.
        roles: name -> "frozen" for what stays.
        chunk: pairs worked on at once, >= 1.
        seed: of the noise, in [0, 2**63).

    Raises:
        UsageError: an argument is out of range; the message says which.
    """

    def __init__(
        self,
        params: Mapping[str, Array],
        *,
        pairs: int,
        shift: int = 4,
        alpha: float = 0.1,
        alpha_decay: float = 0.015,
        roles: Mapping[str, Role | str] | None = None,
        chunk: int = 64,
        seed: int = 0,
    ) -> None:
        if not params:
            raise UsageError("params is empty; expected at least one array")
        for name, value in params.items():
            if value.dtype != np.int8 or value.size == 0:
                raise UsageError(
                    f"parameter {name!r} is {value.dtype} {value.shape}; expected int8, at least one entry"
                )
        if pairs < 1 or chunk < 1:
            raise UsageError(f"pairs = {pairs}, chunk = {chunk}; expected integers >= 1")
        if not 0 <= shift <= 12:  # noqa: PLR2004 - beyond, the largest product shifts to nothing
            raise UsageError(f"shift = {shift}; expected an integer in [0, 12]")
        if not 0 < alpha <= 1 or not alpha_decay >= 0:
            raise UsageError(f"alpha = {alpha}, alpha_decay = {alpha_decay}; expected alpha in (0, 1], decay >= 0")
        for name, role in (roles or {}).items():
            if role != Role.FROZEN:
                raise UsageError(f"role of {name!r} is {role}; the integer strategy knows only 'frozen'")
        check_seed(seed)
        self._params = {name: value.copy() for name, value in params.items()}
        shapes = {name: value.shape for name, value in params.items()}
        self._leaves = leaves_of(shapes, roles or {}, rank=1, seed=seed, dtype="int8", sample=int8_gaussian)
        self._alpha, self._alpha_decay, self._shift, self._chunk = alpha, alpha_decay, shift, chunk
        self.pairs, self._seed, self._step = pairs, seed, 0
        self._current: GenerationNoise | None = None

    @property
    def params(self) -> Mapping[str, Array]:
        """The weights, int8; a later `tell` makes new arrays."""
        return MappingProxyType(self._params)

    @property
    def population(self) -> int:
        """Members a generation, 2 P."""
        return 2 * self.pairs

    @property
    def step(self) -> int:
        """Generations told so far."""
        return self._step

    @property
    def alpha(self) -> float:
        """The share of weights aimed at in the coming generation."""
        return self._alpha / (1 + self._alpha_decay * self._step)

    def ask(self) -> IntPopulation:
        """Return the members of the coming generation."""
        return IntPopulation(dict(self._params), self._noise(), shift=self._shift)

    def tell(self, fitness: Sequence[float] | Array) -> IntStepInfo:
        """Move every weight on which the pairs agree by one.

        Args:
            fitness: (2 P,), more is better; NaN and infinite count as worse than all else.

        Raises:
            UsageError: the length is wrong.
        """
        ternary = pair_sign(repair(check_fitness(fitness, self.population)))[0::2]
        changed = dict.fromkeys(self._leaves, 0.0)
        for name in self._leaves if ternary.any() else ():
            total = self.votes(name, ternary)
            least = threshold(self.alpha, self.pairs, matrix=total.ndim == MATRIX)
            step = np.sign(total) * (np.abs(total) >= least)
            self._params[name] = saturate(self._params[name].astype(np.int64) + step)
            changed[name] = np.count_nonzero(step) / step.size
        info = IntStepInfo(step=self._step, alpha=self.alpha, decided=int(np.abs(ternary).sum()), changed=changed)
        self._step += 1
        self._current = None
        return info

    def votes(self, name: str, ternary: Array) -> Array:
        """Return E = sum_p t_p E_p as exact int64 of the leaf's shape, from t (P,) in {-1, 0, 1}."""
        total = np.zeros(self._params[name].shape, np.int64)
        for pairs, noise in self._noise().blocks(name):
            signs = ternary[pairs]
            if isinstance(noise, LowRank):
                total += _exact(noise.a[:, 0].T, noise.b[:, 0] * signs[:, None], np.int64)
            else:
                total += np.rint(np.tensordot(signs, noise.dense().astype(np.float64), axes=1)).astype(np.int64)
        return total

    def state_dict(self) -> dict[str, Any]:
        """Return everything that a strategy made with the same arguments needs to go on exactly."""
        params = {name: value.copy() for name, value in self._params.items()}
        return {"step": self._step, "seed": self._seed, "pairs": self.pairs, "shift": self._shift, "params": params}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a `state_dict`.

        Raises:
            UsageError: it belongs to a strategy with another seed, number of pairs, shift or parameters.
        """
        for key, value in (("seed", self._seed), ("pairs", self.pairs), ("shift", self._shift)):
            if state[key] != value:
                raise UsageError(f"the state has {key} = {state[key]}; this strategy has {value}")
        if {n: v.shape for n, v in state["params"].items()} != {n: v.shape for n, v in self._params.items()}:
            raise UsageError(
                f"the state has parameters {sorted(state['params'])}; this strategy {sorted(self._params)}"
            )
        self._step = int(state["step"])
        self._params = {name: value.copy() for name, value in state["params"].items()}
        self._current = None

    def _noise(self) -> GenerationNoise:
        if self._current is None:
            self._current = GenerationNoise(
                self._leaves, step=self._step, pairs=self.pairs, chunk=self._chunk, keep_bytes=KEEP_BYTES
            )
        return self._current


def divisor(n: int) -> int:
    """Return round(16 sqrt(n)), which keeps a product over n inputs at the scale of its inputs."""
    return round(16 * sqrt(n))


def threshold(alpha: float, pairs: int, *, matrix: bool) -> float:
    """Return the vote from which a weight moves: floor(16 z) 16 sqrt(P), or floor(16 z) sqrt(P) for other shapes.

    Args:
        alpha: in (0, 1]; z = Phi^-1(1 - alpha/2).
        pairs: P >= 1.
        matrix: whether a vote is a product of two noises (standard deviation 256) or one (16).
    """
    z = int(16 * NormalDist().inv_cdf(1 - alpha / 2))
    # At least one: a weight on which nobody voted stays.
    return max(1.0, z * (16 if matrix else 1) * sqrt(pairs))


def saturate(values: Array) -> Array:
    """Return `values` clipped to [-127, 127] as int8."""
    return np.minimum(np.maximum(values, -LIMIT), LIMIT).astype(np.int8)


def add_perturbation(out: Array, u: Array, noise: Perturbation, bits: int) -> None:
    """Add ((u . B) s A) >> bits to the members of each pair, in place; the shift rounds towards minus infinity.

    Args:
        out: (P, 2, k, m), int32 or int64.
        u: int8, (k, n) shared or (P, 2, k, n) own.
        noise: rank one, P pairs.
        bits: to shift by.
    """
    assert isinstance(noise, LowRank)  # noqa: S101 - matrices have no other noise here
    a = noise.a[:, None].astype(out.dtype)
    if u.ndim == MATRIX:
        inner = _exact(noise.b[:, 0], u.T, out.dtype)[:, None, :, None]
    else:
        inner = _exact(u.reshape(len(u), -1, u.shape[-1]), noise.b.swapaxes(1, 2), out.dtype).reshape(*u.shape[:3], 1)
    for member, sign in enumerate((1, -1)):
        change = inner[:, member % inner.shape[1]] * (a[:, 0] * out.dtype.type(sign))
        change >>= bits
        out[:, member] += change


def _exact(a: Array, b: Array, whole: type[np.int32 | np.int64] | np.dtype[np.generic]) -> Array:
    """Return a @ b for int8 as integers, by way of floats, whose sums are exact: below 2**24 for int32, 2**53 else."""
    real = np.float32 if np.dtype(whole) == np.int32 else np.float64
    return np.rint(a.astype(real) @ b.astype(real)).astype(whole)
