"""Counter-based noise: a pure function of (seed, leaf, step, pair), whatever asked for it before.

A Philox generator (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") turns a key and a counter into
random words without a state to carry along. One stream is opened for a small *block* of pairs:

    key = (seed, hash(leaf)),   counter = (0, 0, block, step)

Within a stream the pairs follow one another, so that a shorter request is a prefix of a longer one. The number of
pairs in a block depends only on how many numbers a pair takes, never on the population or on how the caller slices
its work: the noise of pair p is therefore the same for every population, chunk and order of access.

The stream belongs to one version of numpy (NEP 19); within it, it is reproducible bit for bit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.eggroll.arrays import Array

PAIRS_PER_BLOCK = 32
"""Pairs that share a stream while they are small: opening a stream costs as much as some thousand numbers."""

NUMBERS_PER_BLOCK = 1 << 16
"""Above this many numbers a block holds fewer pairs, so that one pair deep inside it stays cheap to reach."""


class Sampler(Protocol):
    """Fills an array with independent, zero-mean, symmetric numbers of unit variance (or unit 16 for integers)."""

    def __call__(self, generator: np.random.Generator, out: Array, /) -> None:
        """Fill `out` in C order, consuming the generator so that a shorter `out` receives a prefix of a longer."""
        ...


def gaussian(generator: np.random.Generator, out: Array, /) -> None:
    """Fill `out` (float32 or float64) with standard normal numbers."""
    generator.standard_normal(dtype=out.dtype, out=out)  # pyright: ignore[reportCallIssue, reportArgumentType] - float dtypes only


def rademacher(generator: np.random.Generator, out: Array, /) -> None:
    """Fill `out` (float32 or float64) with -1 and +1, each with probability one half."""
    bits = np.unpackbits(np.frombuffer(generator.bytes(-(-out.size // 8)), dtype=np.uint8), count=out.size)
    out[...] = (bits.reshape(out.shape).astype(out.dtype) * 2) - 1


def int8_gaussian(generator: np.random.Generator, out: Array, /) -> None:
    """Fill `out` (int8) with round(16 z), z standard normal, clipped to [-127, 127]: 16 stands for one."""
    normal = generator.standard_normal(out.shape, dtype=np.float32)
    np.rint(normal * 16, out=normal)
    out[...] = np.clip(normal, -127, 127)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseStream:
    """The noise of one leaf.

    Attributes:
        seed: in [0, 2**64).
        leaf: the leaf's name; it enters the key by its hash, so other leaves and their order do not matter.
        size: numbers a pair takes, >= 1.
        dtype: of the numbers.
        sample: the distribution.
    """

    seed: int
    leaf: str
    size: int
    dtype: np.dtype[np.generic]
    sample: Sampler = gaussian

    @property
    def pairs_per_block(self) -> int:
        """Pairs that share one counter block, in [1, PAIRS_PER_BLOCK]."""
        return max(1, min(PAIRS_PER_BLOCK, NUMBERS_PER_BLOCK // self.size))

    def draw(self, step: int, pairs: Sequence[int]) -> Array:
        """Return the noise of `pairs` at `step`, one row a pair.

        Args:
            step: the epoch of the noise, in [0, 2**64).
            pairs: indices >= 0, in any order, with or without repeats; a `range` with step 1 costs no copies.

        Returns:
            Array (len(pairs), size).
        """
        out = np.empty((len(pairs), self.size), self.dtype)
        if isinstance(pairs, range) and pairs.step == 1:
            for block, low, high, at in self._spans(pairs):
                self._fill(step, block, low, out[at : at + high - low])
            return out
        wanted: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for row, pair in enumerate(pairs):
            block, offset = divmod(pair, self.pairs_per_block)
            wanted[block].append((row, offset))
        for block, places in wanted.items():
            drawn = np.empty((1 + max(offset for _, offset in places), self.size), self.dtype)
            self._fill(step, block, 0, drawn)
            rows, offsets = zip(*places, strict=True)
            out[list(rows)] = drawn[list(offsets)]
        return out

    def _spans(self, pairs: range) -> Iterator[tuple[int, int, int, int]]:
        """Yield (block, first offset, end offset, row in the output) for every block that `pairs` touches."""
        per_block = self.pairs_per_block
        pair = pairs.start
        while pair < pairs.stop:
            block, low = divmod(pair, per_block)
            high = min(per_block, low + pairs.stop - pair)
            yield block, low, high, pair - pairs.start
            pair += high - low

    def _fill(self, step: int, block: int, skip: int, out: Array) -> None:
        """Fill `out` with the pairs of a block from offset `skip` on."""
        generator = _generator(self.seed, self.leaf, step, block)
        if skip == 0:
            self.sample(generator, out)
            return
        # The ziggurat takes a varying number of words a normal, so what lies before has to be drawn and dropped.
        drawn = np.empty((skip + len(out), self.size), self.dtype)
        self.sample(generator, drawn)
        out[...] = drawn[skip:]


def _generator(seed: int, leaf: str, step: int, block: int) -> np.random.Generator:
    """Open the stream of one block of one leaf at one step."""
    name = int.from_bytes(blake2b(leaf.encode(), digest_size=8).digest(), "little")
    key = np.array([seed, name], dtype=np.uint64)
    counter = np.array([0, 0, block, step], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(counter=counter, key=key))


def noise_factors(
    *, seed: int, leaf: str, step: int, pairs: Sequence[int], m: int, n: int, r: int, dtype: str = "float32"
) -> tuple[Array, Array]:
    """Return the standard normal factors A and B of some pairs.

    Args:
        seed: in [0, 2**64).
        leaf: name of the matrix.
        step: epoch of the noise.
        pairs: indices of the antithetic pairs wanted.
        m: rows of the matrix.
        n: columns of the matrix.
        r: rank of the perturbation, >= 1.
        dtype: "float32" or "float64".

    Returns:
        A (P, r, m) and B (P, r, n), the factors' columns as rows, so that E_p = A_p^T B_p / sqrt(r) is m x n with
        Var(E_ij) = 1, and the update of all pairs is one matrix product over P*r rows.
    """
    block = NoiseStream(seed=seed, leaf=leaf, size=r * (m + n), dtype=np.dtype(dtype)).draw(step, pairs)
    factors = block.reshape(len(pairs), r, m + n)
    return factors[..., :m], factors[..., m:]
