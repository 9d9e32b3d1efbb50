"""What low rank does to the estimate: bias, variance, dimension, linearisation, rank; against exact laws."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.bench.claims import Check, Claim, Row
from evo.eggroll.laws import cubic_error, expected_ridge_update, log_slope, ridge_bias, variance_ratio
from evo.eggroll.noise import NoiseStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.eggroll.arrays import Array
    from evo.eggroll.bench.kernels import Kernels

RANKS = (1, 2, 4, 8, 16, 32, 64, 128)
CHUNK = 1 << 14


def ridge(shape: tuple[int, int], *, rank_one: bool = False) -> Array:
    """Return a fixed random G of Frobenius norm one, dense or of rank one."""
    rng = np.random.default_rng(7)
    g = (
        np.outer(rng.standard_normal(shape[0]), rng.standard_normal(shape[1]))
        if rank_one
        else rng.standard_normal(shape)
    )
    return g / np.linalg.norm(g)


def samples(kernels: Kernels, shape: tuple[int, int], rank: int, count: int) -> Iterator[tuple[Array, Array]]:
    """Yield factors in float64, `count` pairs in chunks."""
    m, n = shape
    for start in range(0, count, CHUNK):
        pairs = range(start, min(start + CHUNK, count))
        yield kernels.factors(seed=11, leaf=f"{m}x{n}", step=rank, pairs=pairs, m=m, n=n, r=rank, dtype="float64")


def bias_of_rank(kernels: Kernels, *, quick: bool) -> Claim:
    """Show that the bias of the expected update falls as 1/r (theorem 4), by the law and by sampling."""
    del kernels, quick
    cases = {
        "rank-one 4 x 3": ridge((4, 3), rank_one=True),
        "dense 4 x 3": ridge((4, 3)),
        "dense 32 x 32": ridge((32, 32)),
    }
    rows: list[Row] = [
        {"matrix": name, "rank": float(r), "bias": ridge_bias(g, r)} for name, g in cases.items() for r in RANKS
    ]
    tail = np.array(RANKS[3:], float)
    return Claim(
        key="bias-rank",
        says="The expected low-rank update approaches the full-rank one as 1/r",
        where="theorem 4, section 5.3",
        miniature="ridge fitness sin<G, E>, |G| = 1, exact law; slope over r = 8 to 128",
        checks=tuple(
            Check(
                label=f"slope, {name}",
                value=log_slope(tail, np.array([ridge_bias(g, r) for r in RANKS[3:]])),
                low=-1.05,
                high=-0.95,
            )
            for name, g in cases.items()
        ),
        rows=tuple(rows),
    )


def bias_sampled(kernels: Kernels, *, quick: bool) -> Claim:
    """Check the sampler against the closed form, entry by entry, in standard errors."""
    count = 100_000 if quick else 500_000
    shape = (4, 3)
    g = ridge(shape) * 1.2  # a little more than one, so that rank one is clearly biased
    full = expected_ridge_update(g, None)
    rows: list[Row] = []
    worst = 0.0
    for rank in (1, 4) if quick else (1, 2, 4, 8, 16):
        total, squares = np.zeros(shape), np.zeros(shape)
        for a, b in samples(kernels, shape, rank, count):
            e = a.swapaxes(1, 2) @ b / sqrt(rank)
            f = np.sin((e * g).sum(axis=(1, 2)))
            total += np.tensordot(f, e, axes=1)
            squares += np.tensordot(f * f, e * e, axes=1)
        mean = total / count
        error = np.sqrt((squares / count - mean**2) / count)
        off = float(np.abs((mean - expected_ridge_update(g, rank)) / error).max())
        worst = max(worst, off)
        sampled = float(np.linalg.norm(mean - full) / np.linalg.norm(full))
        rows.append({"rank": rank, "exact": ridge_bias(g, rank), "sampled": sampled, "standard_errors": off})
    return Claim(
        key="bias-sampled",
        says="The noise that is drawn has the bias that the law says",
        where="ours: closed form of the expected update",
        miniature=f"4 x 3, {count} pairs a rank",
        checks=(Check(label="largest deviation, standard errors", value=worst, high=6.0),),
        rows=tuple(rows),
    )


def variance(kernels: Kernels, *, quick: bool) -> Claim:
    """Compare predicted and sampled variance of the estimate, low over full rank, for linear fitness."""
    cases = ((4, 3, 1), (16, 16, 1)) if quick else ((4, 3, 1), (4, 3, 4), (16, 16, 1), (16, 16, 4), (64, 64, 1))
    rows: list[Row] = []
    for m, n, rank in cases:
        g = ridge((m, n))
        count = 200_000 if m * n < 1000 else 40_000  # noqa: PLR2004 - large matrices fluctuate less
        total = 0.0
        for a, b in samples(kernels, (m, n), rank, count):
            # |E|^2 = <A A^T, B B^T> / r needs no m x n matrix.
            square = ((a @ a.swapaxes(1, 2)) * (b @ b.swapaxes(1, 2))).sum(axis=(1, 2)) / rank
            slope = ((a @ g) * b).sum(axis=(1, 2)) / sqrt(rank)
            total += float(square @ slope**2)
        rows.append(
            {
                "shape": f"{m} x {n}",
                "rank": rank,
                "predicted": variance_ratio(m, n, rank),
                "measured": (total / count - 1) / (m * n + 1),
            }
        )
    return Claim(
        key="variance",
        says="Low rank costs variance 1 + (2 (m + n) + 2) / (r (m n + 1)): much if tiny, little if large",
        where="ours: fourth moments of the noise",
        miniature="linear fitness; variance of one member's estimate over the exact one at full rank",
        checks=tuple(
            Check(
                label=f"measured over predicted, {row['shape']}, r = {row['rank']}",
                value=row["measured"] / row["predicted"],
                low=0.9,
                high=1.1,
            )
            for row in rows
        ),
        rows=tuple(rows),
    )


def bias_of_dimension(kernels: Kernels, *, quick: bool) -> Claim:
    """Show that the bias at rank one vanishes as the matrix grows (theorem 3)."""
    del kernels
    sizes = (4, 16, 64) if quick else (4, 16, 64, 256)
    biases = [ridge_bias(ridge((size, size)), 1) for size in sizes]
    last = 0.04 if quick else 0.01
    return Claim(
        key="bias-dimension",
        says="Even at rank one the expected update approaches the full-rank one as the matrix grows",
        where="theorem 3, section 5.2",
        miniature="ridge fitness, dense G, |G| = 1, r = 1, exact law",
        checks=(
            Check(label=f"bias at {sizes[-1]} x {sizes[-1]}", value=biases[-1], high=last),
            Check(
                label="slope of the bias in the side",
                value=log_slope(np.array(sizes, float), np.array(biases)),
                high=-0.8,
            ),
        ),
        rows=tuple({"size": float(s), "bias": bias} for s, bias in zip(sizes, biases, strict=True)),
    )


def linearisation(kernels: Kernels, *, quick: bool) -> Claim:
    """Show where the estimate turns into the gradient: sigma of smaller order than d^-1/2 (theorem 1)."""
    del kernels
    sizes = (16, 64, 256, 1024)
    count = 20_000 if quick else 60_000
    rows: list[Row] = []
    slopes: dict[float, float] = {}
    for power in (-0.75, -0.5, -0.25):
        measured: list[float] = []
        for d in sizes:
            sigma = float(d) ** power
            measured.append(_cubic_error_sampled(sigma, d, count))
            rows.append({"power": power, "dimension": d, "exact": cubic_error(sigma, d), "measured": measured[-1]})
        slopes[power] = log_slope(np.array(sizes, float), np.array(measured))
    return Claim(
        key="linearisation",
        says="The estimate becomes the gradient iff sigma falls faster than d^-1/2; on a cubic it is off by sigma^2 d",
        where="theorems 1 and 2, section 5.1",
        miniature=f"f = <g, x> (1 + |x|^2), |g| = 1, d = 16 to 1024, {count} samples; slope of the error in d",
        checks=(
            Check(label="sigma = d^-0.75", value=slopes[-0.75], low=-0.65, high=-0.35),
            Check(label="sigma = d^-0.5", value=slopes[-0.5], low=-0.15, high=0.15),
            Check(label="sigma = d^-0.25", value=slopes[-0.25], low=0.35, high=0.65),
        ),
        rows=tuple(rows),
    )


def _cubic_error_sampled(sigma: float, d: int, count: int) -> float:
    """Return the relative error along g, the gradient's own sampled part taken off: E[sigma^2 |z|^2 <g, z>^2]."""
    # Turned so that g is the first axis, |z|^2 is <g, z>^2 plus an independent chi-square with d - 1 degrees.
    along = NoiseStream(seed=3, leaf="along", size=1, dtype=np.dtype("float64")).draw(d, range(count))[:, 0]
    rest = np.random.default_rng((3, d)).chisquare(d - 1, count)
    return float(np.mean(sigma**2 * (along**2 + rest) * along**2))


def rank_of_update(kernels: Kernels, *, quick: bool) -> Claim:
    """Show that the update of N members in pairs has rank min(N r / 2, m, n): low rank only for tiny populations."""
    del quick
    m, n = 48, 40
    rows: list[Row] = []
    for pairs, rank in ((1, 1), (4, 1), (4, 3), (16, 1), (16, 2), (64, 1), (64, 4)):
        a, b = kernels.factors(seed=5, leaf="W", step=0, pairs=range(pairs), m=m, n=n, r=rank, dtype="float64")
        total = kernels.update(np.random.default_rng(pairs).standard_normal(pairs), a, b)
        rows.append(
            {
                "pairs": pairs,
                "rank": rank,
                "measured": int(np.linalg.matrix_rank(total)),
                "predicted": min(pairs * rank, m, n),
            }
        )
    off = sum(row["measured"] != row["predicted"] for row in rows)
    return Claim(
        key="update-rank",
        says="Perturbations are of low rank, the update is not: min(P r, m, n) for P antithetic pairs",
        where="section 4.1 (N r for independent members)",
        miniature=f"{m} x {n}, numerical rank",
        checks=(Check(label="cases that differ", value=off, high=0.0),),
        rows=tuple(rows),
    )
