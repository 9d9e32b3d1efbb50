"""Whether low rank learns as well as full rank from equally many evaluations, and what int8 needs."""

from __future__ import annotations

from statistics import fmean, median
from typing import TYPE_CHECKING

from evo.eggroll.bench.claims import Check, Claim, Row
from evo.eggroll.integer import IntEggRoll
from evo.eggroll.strategy import EggRoll
from evo.eggroll.tasks import CartPole, Clusters, Quadratic, Sine, curve, learn_clusters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.eggroll.bench.kernels import Kernels

BALANCED = 475.0
GENERATIONS = 25
EVERY = 10


def quadratic(kernels: Kernels, *, quick: bool) -> Claim:
    """Compare final errors on a quadratic, where the price of low rank is its variance."""
    del kernels
    seeds = range(3 if quick else 10)
    curves = {rank: [quadratic_curve(rank, seed) for seed in seeds] for rank in (1, 4, None)}
    errors = {rank: [values[-1] for values in found] for rank, found in curves.items()}
    means = {rank: fmean(values) for rank, values in errors.items()}
    return Claim(
        key="learn-quadratic",
        says="Low rank learns nearly as fast as full rank from the same evaluations",
        where="section 6",
        miniature=f"32 x 32 quadratic, 64 members x 150 generations, Adam, z-score; mean of {len(seeds)} seeds",
        checks=(
            Check(label="final error, r = 1 over full rank", value=means[1] / means[None], low=1.0, high=1.8),
            Check(label="final error, r = 4 over full rank", value=means[4] / means[None], high=1.4),
        ),
        rows=_curves(curves, 150),
    )


def quadratic_error(rank: int | None, seed: int) -> float:
    """Return the error left on the 32 x 32 quadratic, 1 at the start."""
    return quadratic_curve(rank, seed)[-1]


def quadratic_curve(rank: int | None, seed: int) -> list[float]:
    """Return the error on the 32 x 32 quadratic at the start and after every tenth generation."""
    task = Quadratic(seed=seed)
    strategy = EggRoll(
        task.start(), population=64, sigma=0.1, lr=0.03, rank=rank, optimiser="adam", shaping="zscore", seed=seed
    )
    return curve(task, strategy, 150, every=EVERY)


def sine(kernels: Kernels, *, quick: bool) -> Claim:
    """Compare final errors on a curve; no bound, as shaping and step size matter more than rank."""
    del kernels
    seeds = range(1 if quick else 3)
    generations = 60 if quick else 200
    curves: dict[int | None, list[list[float]]] = {}
    for rank in (1, None):
        curves[rank] = []
        for seed in seeds:
            task = Sine(seed=seed)
            strategy = EggRoll(
                task.start(), population=128, sigma=0.1, lr=0.05, rank=rank, optimiser="adam", shaping="rank", seed=seed
            )
            curves[rank].append(curve(task, strategy, generations, every=EVERY))
    errors = {rank: [values[-1] for values in found] for rank, found in curves.items()}
    return Claim(
        key="learn-sine",
        says="Low rank learns nearly as fast as full rank from the same evaluations",
        where="section 6",
        miniature=f"sin 3x by a network 1-24-24-1, 128 members x {generations} generations, rank shaping",
        checks=tuple(
            Check(label=f"median error, {_name(rank)}", value=median(values)) for rank, values in errors.items()
        ),
        rows=_curves(curves, generations),
    )


def cartpole(kernels: Kernels, *, quick: bool) -> Claim:
    """Count the seeds whose mean policy balances the pole within 25 generations."""
    del kernels
    seeds = range(1 if quick else 4)
    rows: list[Row] = []
    shares: dict[int | None, float] = {}
    for rank in (1,) if quick else (1, None):
        runs = [balance(rank, seed) for seed in seeds]
        shares[rank] = fmean(reached >= BALANCED for reached, _ in runs)
        returns = [reached for reached, _ in runs]
        generations = [float(generation) for _, generation in runs]
        rows.append({"rank": _name(rank), "returns": returns, "generations": generations})
    return Claim(
        key="learn-cartpole",
        says="Low rank learns to control as full rank does",
        where="section 6.2",
        miniature=f"CartPole, policy 4-32-32-2, 64 members x 4 starts; seeds of {len(seeds)} with a mean policy that "
        f"returns at least {BALANCED:.0f} on 32 held-out starts within {GENERATIONS} generations",
        checks=tuple(
            Check(label=f"share of seeds, {_name(rank)}", value=share, low=0.75) for rank, share in shares.items()
        ),
        rows=tuple(rows),
    )


def balance(rank: int | None, seed: int) -> tuple[float, int]:
    """Return the best mean return of a mean policy within 25 generations, stopping once balanced, and when."""
    task = CartPole(seed=seed)
    strategy = EggRoll(
        task.start(), population=64, sigma=0.1, lr=0.05, rank=rank, optimiser="adam", shaping="rank", seed=seed
    )
    best = 0.0
    for generation in range(GENERATIONS):
        strategy.tell(task.fitness(strategy.ask(), generation))
        best = max(best, task.mean_return(strategy.params))
        if best >= BALANCED:
            return best, generation + 1
    return best, GENERATIONS


def integer(kernels: Kernels, *, quick: bool) -> Claim:
    """Show that an int8 network learns from the signs of pairs, and that it needs many of them."""
    del kernels
    seeds = range(1 if quick else 3)
    sizes: Sequence[int] = (1, 256) if quick else (1, 16, 64, 256)
    accuracy = {pairs: [int8_accuracy(pairs, seed) for seed in seeds] for pairs in sizes}
    rows: list[Row] = [{"pairs": float(pairs), "accuracies": values} for pairs, values in accuracy.items()]
    return Claim(
        key="learn-int8",
        says="A network of int8 weights learns without gradients or floats, given a large population",
        where="section 6.1, figure 2b, appendix H",
        miniature=f"four classes, int8 network 16-64-4, 150 generations, ternary fitness; median of {len(seeds)} seeds",
        checks=(
            Check(label="accuracy, 256 pairs", value=median(accuracy[256]), low=0.8),
            Check(label="accuracy, 1 pair", value=median(accuracy[1]), high=0.55),
        ),
        rows=tuple(rows),
    )


def int8_accuracy(pairs: int, seed: int) -> float:
    """Return the held-out accuracy after 150 generations."""
    task = Clusters(seed=seed)
    return learn_clusters(task, IntEggRoll(task.start(), pairs=pairs, alpha=0.05, seed=seed), 150)


def _curves(curves: dict[int | None, list[list[float]]], generations: int) -> tuple[Row, ...]:
    """Return a row a rank: the final errors by seed, and the mean curve over `at`, in generations."""
    return tuple(
        {
            "rank": _name(rank),
            "errors": [values[-1] for values in found],
            "at": list(range(0, generations + 1, EVERY)),
            "curve": [fmean(values) for values in zip(*found, strict=True)],
        }
        for rank, found in curves.items()
    )


def _name(rank: int | None) -> str:
    return "full rank" if rank is None else f"r = {rank}"
