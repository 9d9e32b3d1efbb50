"""What a generation costs: forward passes, memory, update; ratios within one run, in CPU time of one thread."""

from __future__ import annotations

import gc
import time
import tracemalloc
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from evo.eggroll.bench.claims import Check, Claim, Row
from evo.eggroll.bench.kernels import materialised_members
from evo.eggroll.noise import NoiseStream
from evo.eggroll.perturbation import Dense, add_projection, unperturbed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evo.eggroll.arrays import Array
    from evo.eggroll.bench.kernels import Kernels

POPULATION = 256
SIGMA = 0.1
MIDDLE = 512
"""Side of the layer that the bounds are stated for."""

DENSE_NUMBERS = 1 << 24
"""Full noise held at once (64 MB): what is full is timed on fewer members and counted a member."""


def paired_times(ways: Mapping[str, Callable[[], object]], *, repeats: int) -> dict[str, list[float]]:
    """Time several ways in turn, so that a change of the machine's mood hits all of them.

    Args:
        ways: name -> what to run; each is run once unmeasured.
        repeats: times each is measured, >= 1.

    Returns:
        Name -> CPU seconds of the process, one a repeat.
    """
    for run in ways.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, run in ways.items():
            start = time.process_time()
            run()
            times[name].append(time.process_time() - start)
    return times


def forward_rows(size: int, rank: int, kernels: Kernels, *, repeats: int) -> Row:
    """Time the ways through one layer `size` x `size`, one input a member, float32.

    Returns:
        A row with CPU seconds a member (least of the repeats) and the raw repeats of every way: `inference` (no
        noise), `low` and `low_drawn` (noise stored, drawn anew), `written` (member matrices written out, noise
        stored), `batched` (batched product, noise stored), `batched_drawn` (the same, noise drawn anew).
    """
    rng = np.random.default_rng(0)
    pairs = POPULATION // 2
    few = max(2, min(pairs, DENSE_NUMBERS // (size * size)))
    fewer = max(2, few // 8)
    weight = rng.standard_normal((size, size), dtype=np.float32)
    x = rng.standard_normal((POPULATION, 1, size), dtype=np.float32)
    stored = rng.standard_normal((few, size, size), dtype=np.float32)

    def factors() -> tuple[Array, Array]:
        return kernels.factors(seed=0, leaf="W", step=0, pairs=range(pairs), m=size, n=size, r=rank)

    def batched(e: Array) -> Array:
        part = x[: 2 * len(e)]
        out = unperturbed(part, weight.T, len(part))
        add_projection(out.reshape(len(e), 2, 1, size), part, Dense(e), SIGMA)
        return out

    # The same generator for both: numpy's default one would be faster, and could not be reached at random.
    full = NoiseStream(seed=0, leaf="W", size=size * size, dtype=np.dtype("float32"))
    a, b = factors()
    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "inference": (POPULATION, lambda: x[:, 0] @ weight.T),
        "low": (POPULATION, lambda: kernels.linear(x, weight, a, b, SIGMA)),
        "low_drawn": (POPULATION, lambda: kernels.linear(x, weight, *factors(), SIGMA)),
        "written": (2 * few, lambda: materialised_members(x[: 2 * few], weight, stored, SIGMA)),
        "batched": (2 * few, lambda: batched(stored)),
        "batched_drawn": (2 * fewer, lambda: batched(full.draw(0, range(fewer)).reshape(fewer, size, size))),
    }
    times = paired_times({name: run for name, (_, run) in ways.items()}, repeats=repeats)
    row: Row = {"size": size, "rank": rank, "population": POPULATION}
    for name, (members, _) in ways.items():
        row[name] = min(times[name]) / members
        row[f"{name}_repeats"] = [seconds / members for seconds in times[name]]
    return row


def forward(kernels: Kernels, *, quick: bool) -> Claim:
    """Compare the forward pass with full-rank noise and with plain inference (section 4.2, figures 2a and 7)."""
    cases = ((MIDDLE, 1),) if quick else ((256, 1), (512, 1), (1024, 1), (1024, 4))
    rows = [forward_rows(size, rank, kernels, repeats=5 if quick else 7) for size, rank in cases]
    checks = [check for row in rows for check in _forward_checks(row)]
    return Claim(
        key="forward",
        says="A population of low-rank perturbations costs about as much as plain inference; full-rank ones do not",
        where="section 4.2, figures 2a and 7: 91 % of inference against 0.41 % (0.054 % with noise drawn anew)",
        miniature=f"one square layer, {POPULATION} members, one input each, float32, one thread",
        checks=tuple(checks),
        rows=tuple(rows),
    )


def _forward_checks(row: Row) -> list[Check]:
    """Return the figures of one row; only rank one is bounded, at the sizes where any machine shows it."""
    size, rank = row["size"], row["rank"]
    at = f"at {size}, r = {rank}"
    one, large = rank == 1, size >= MIDDLE
    return [
        Check(
            label=f"noise drawn anew, full over low rank {at}",
            value=row["batched_drawn"] / row["low_drawn"],
            low=50.0 if one else None,
        ),
        Check(
            label=f"written out over low rank {at}",
            value=row["written"] / row["low"],
            low=5.0 if one and size == MIDDLE else None,
        ),
        Check(
            label=f"low rank, share of inference {at}",
            value=row["inference"] / row["low"],
            low=0.4 if one and large else None,
        ),
        Check(
            label=f"full rank, share of inference {at}",
            value=row["inference"] / row["batched"],
            high=0.15 if one and size > MIDDLE else None,  # smaller noise may live in a large cache
        ),
    ]


def memory(kernels: Kernels, *, quick: bool) -> Claim:
    """Compare the memory that the noise of a layer takes (section 4.2: m n against r (m + n) a pair)."""
    del quick
    size, pairs = MIDDLE, 32
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((size, size), dtype=np.float32)
    x = rng.standard_normal((2 * pairs, 1, size), dtype=np.float32)

    def low() -> Array:
        a, b = kernels.factors(seed=0, leaf="W", step=0, pairs=range(pairs), m=size, n=size, r=1)
        return kernels.linear(x, weight, a, b, SIGMA)

    def full() -> Array:
        out = unperturbed(x, weight.T, 2 * pairs)
        noise = Dense(rng.standard_normal((pairs, size, size), dtype=np.float32))
        add_projection(out.reshape(pairs, 2, 1, size), x, noise, SIGMA)
        return out

    peaks = {"low": auxiliary_bytes(low), "full": auxiliary_bytes(full)}
    return Claim(
        key="memory",
        says="Low-rank noise needs r (m + n) numbers a pair where full noise needs m n",
        where="section 4.2",
        miniature=f"peak above inputs and outputs, one {size} x {size} layer, {2 * pairs} members, r = 1",
        checks=(Check(label="auxiliary memory, full over low rank", value=peaks["full"] / peaks["low"], low=20.0),),
        rows=({"size": size, "population": 2 * pairs, "low_bytes": peaks["low"], "full_bytes": peaks["full"]},),
    )


def auxiliary_bytes(run: Callable[[], Array]) -> int:
    """Return the most memory that a call held beyond what it was given and what it returned, in bytes."""
    run()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    out = run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return max(1, peak - before - out.nbytes)


def update(kernels: Kernels, *, quick: bool) -> Claim:
    """Compare the update as stacked products with streaming through stored full noise (section 4.2)."""
    size, pairs = MIDDLE, 64
    rng = np.random.default_rng(0)
    stored = rng.standard_normal((pairs, size, size), dtype=np.float32)
    weights = rng.standard_normal(pairs).astype(np.float32)
    rows: list[Row] = []
    for rank in (1, 4) if quick else (1, 2, 4, 8, 16):
        a, b = kernels.factors(seed=0, leaf="W", step=0, pairs=range(pairs), m=size, n=size, r=rank)
        times = paired_times(
            {
                "low": lambda a=a, b=b: kernels.update(weights, a, b),
                "full": lambda: np.tensordot(weights, stored, axes=1),
            },
            repeats=5,
        )
        ratio = min(times["full"]) / min(times["low"])
        middle = median(times["full"]) / median(times["low"])
        rows.append({"rank": rank, "ratio": ratio, "median_ratio": middle, **times})
    return Claim(
        key="update",
        says="The update is one matrix product over the stacked factors; no member's matrix is formed",
        where="section 4.2",
        miniature=f"one {size} x {size} layer, {2 * pairs} members; above rank 8 or so the product costs more",
        checks=tuple(Check(label=f"full over low rank, r = {row['rank']}", value=row["ratio"]) for row in rows),
        rows=tuple(rows),
    )
