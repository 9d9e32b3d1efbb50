"""The arrays that are perturbed, the kind of noise each gets, and where a generation's noise comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.noise import NoiseStream, Sampler, gaussian
from evo.eggroll.perturbation import Dense, LowRank, Perturbation
from evo.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NUMBERS_AT_ONCE = 1 << 22
"""Noise drawn at once for one leaf, in numbers (16 MB of float32), unless a single pair needs more."""

MATRIX = 2
"""Axes of a matrix."""


class Role(StrEnum):
    """What happens to a leaf."""

    LOW_RANK = "low_rank"
    FULL = "full"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One perturbed array.

    Attributes:
        shape: of the array.
        rank: r >= 1 for a matrix with low-rank noise, None for one number of noise an entry.
        stream: its noise.
    """

    shape: tuple[int, ...]
    rank: int | None
    stream: NoiseStream

    def noise(self, step: int, pairs: range | list[int]) -> Perturbation:
        """Return the perturbations of `pairs` at noise epoch `step`."""
        block = self.stream.draw(step, pairs)
        if self.rank is None:
            return Dense(block.reshape(len(pairs), *self.shape))
        m, n = self.shape
        factors = block.reshape(len(pairs), self.rank, m + n)
        return LowRank(factors[..., :m], factors[..., m:])

    def update_rank(self, pairs: int) -> int:
        """Return the largest rank that an update from that many pairs can have: min(P r, m, n) for a matrix."""
        if len(self.shape) != MATRIX:
            return 1
        terms = pairs * self.rank if self.rank else min(self.shape)
        return min(terms, *self.shape)


def leaves_of(
    shapes: Mapping[str, tuple[int, ...]],
    roles: Mapping[str, Role | str],
    *,
    rank: int | None,
    seed: int,
    dtype: str,
    sample: Sampler = gaussian,
) -> dict[str, Leaf]:
    """Return the perturbed leaves; frozen ones are absent.

    Args:
        shapes: name -> shape of every array.
        roles: name -> role where it differs from the default: low rank for matrices, full for all else.
        rank: r of the low-rank leaves; None makes every leaf full.
        seed: of the noise.
        dtype: of the noise.
        sample: its distribution.

    Raises:
        UsageError: a role is unknown, names no array, or asks for low rank where there is no matrix.
    """
    for name in roles:
        if name not in shapes:
            raise UsageError(f"roles names {name!r}, which is no parameter{nearest(name, shapes)}")
    leaves: dict[str, Leaf] = {}
    for name, shape in shapes.items():
        role = _role(name, shape, roles.get(name))
        if role is Role.FROZEN:
            continue
        low = rank if role is Role.LOW_RANK else None
        size = prod(shape) if low is None else low * sum(shape)
        stream = NoiseStream(seed=seed, leaf=name, size=size, dtype=np.dtype(dtype), sample=sample)
        leaves[name] = Leaf(shape=shape, rank=low, stream=stream)
    return leaves


def _role(name: str, shape: tuple[int, ...], wanted: Role | str | None) -> Role:
    if wanted is None:
        return Role.LOW_RANK if len(shape) == MATRIX else Role.FULL
    try:
        role = Role(wanted)
    except ValueError:
        raise UsageError(f"role {wanted!r} of {name!r} is unknown; expected one of {', '.join(Role)}") from None
    if role is Role.LOW_RANK and len(shape) != MATRIX:
        raise UsageError(f"role of {name!r} is low_rank, but its shape is {shape}; expected a matrix")
    return role


class GenerationNoise:
    """The noise of one epoch: drawn block by block, and kept where it fits, so that asking twice costs once.

    Kept or drawn again, the numbers are the same; only time and memory differ.
    """

    __slots__ = ("_chunk", "_kept", "_leaves", "_room", "_step", "pairs")

    def __init__(self, leaves: Mapping[str, Leaf], *, step: int, pairs: int, chunk: int, keep_bytes: int) -> None:
        self._leaves, self._step, self._chunk, self._room = leaves, step, chunk, keep_bytes
        self.pairs = pairs
        self._kept: dict[str, Perturbation] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._leaves

    def blocks(self, name: str) -> Iterator[tuple[slice, Perturbation]]:
        """Yield the pairs of a leaf in consecutive slices, together with their perturbations."""
        leaf = self._leaves[name]
        kept = self._kept.get(name) or self._keep(name, leaf)
        width = max(1, min(self._chunk, NUMBERS_AT_ONCE // leaf.stream.size))
        if kept is None:  # whole blocks of the stream, so that nothing is drawn to be dropped
            per_block = leaf.stream.pairs_per_block
            width = -(-width // per_block) * per_block
        for start in range(0, self.pairs, width):
            stop = min(start + width, self.pairs)
            yield slice(start, stop), kept.cut(start, stop) if kept else leaf.noise(self._step, range(start, stop))

    def pair(self, name: str, pair: int) -> Perturbation:
        """Return the perturbation of a single pair."""
        return self._leaves[name].noise(self._step, [pair])

    def _keep(self, name: str, leaf: Leaf) -> Perturbation | None:
        needed = leaf.stream.size * self.pairs * leaf.stream.dtype.itemsize
        if needed > self._room:
            return None
        self._room -= needed
        self._kept[name] = leaf.noise(self._step, range(self.pairs))
        return self._kept[name]
