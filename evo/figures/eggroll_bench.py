"""Figures of the EGGROLL bench as PNG: what its rows say, one claim or two a picture."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

from evo.render.outfile import make_folder, write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from evo.eggroll.bench.claims import Claim, Row

_DPI = 120
_RANKS = {"r = 1": "C0", "r = 4": "C2", "full rank": "C3"}
_COST = {
    "low": "low rank, noise stored",
    "low_drawn": "low rank, noise drawn anew",
    "batched": "full rank, batched",
    "written": "full rank, members written out",
    "batched_drawn": "full rank, noise drawn anew",
}


def draw(claims: Sequence[Claim], folder: Path) -> list[Path]:
    """Draw every figure whose claims are there into a folder, which is made if need be.

    Args:
        claims: of the bench, in any order.
        folder: takes `bias.png`, `cost.png`, `learning.png` and `effective_rank.png`.

    Returns:
        The files written.
    """
    # Drawn on a canvas of its own, no window system is ever looked for.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - heavy
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    rows = {claim.key: claim.rows for claim in claims}
    make_folder(folder)
    paths: list[Path] = []
    for name, size, needed, painter in _FIGURES:
        if all(rows.get(key) for key in needed):
            figure: Any = Figure(figsize=size, dpi=_DPI, layout="constrained")
            FigureCanvasAgg(figure)
            painter(figure, rows)
            paths.append(folder / f"{name}.png")
            # Without the version of the library, equal figures are equal files.
            drawn = BytesIO()
            figure.savefig(drawn, format="png", metadata={"Software": None})
            write_file(paths[-1], drawn.getvalue())
    return paths


def _bias(figure: Any, rows: Mapping[str, Sequence[Row]]) -> None:  # noqa: ANN401 - matplotlib has no types
    axes = figure.add_subplot()
    for matrix, points in _grouped(rows["bias-rank"], "matrix").items():
        axes.loglog([p["rank"] for p in points], [p["bias"] for p in points], "o-", ms=4, label=f"{matrix}, exact law")
    sampled = rows["bias-sampled"]
    axes.loglog(
        [p["rank"] for p in sampled], [p["sampled"] for p in sampled], "kx", ms=8, label="4 x 3, |G| = 1.2, sampled"
    )
    axes.loglog([p["rank"] for p in sampled], [p["exact"] for p in sampled], "k-", lw=0.8, label="the same, exact law")
    ranks = sorted({p["rank"] for p in rows["bias-rank"]})
    axes.loglog(ranks, [0.7 / rank for rank in ranks], ":", color="grey", label="slope -1")
    axes.set(xlabel="rank r", ylabel="bias of the expected update, relative", title="The bias falls as 1 / r")
    axes.legend(fontsize=8)
    axes.grid(which="major", alpha=0.3)


def _cost(figure: Any, rows: Mapping[str, Sequence[Row]]) -> None:  # noqa: ANN401 - see `_bias`
    axes = figure.add_subplot()
    found = [row for row in rows["forward"] if row["rank"] == 1 and all(key in row for key in _COST)]
    width = 0.8 / len(_COST)
    for place, (key, label) in enumerate(_COST.items()):
        at = [index + (place - (len(_COST) - 1) / 2) * width for index in range(len(found))]
        bars = axes.bar(at, [row[key] / row["inference"] for row in found], width, label=label)
        axes.bar_label(bars, fmt="%.3g", fontsize=7, padding=1)
    axes.axhline(1, color="grey", ls=":", lw=1)
    axes.set_yscale("log")
    axes.margins(y=0.25)
    axes.set_xticks(range(len(found)), [f"{row['size']} x {row['size']}" for row in found])
    axes.set(ylabel="time over plain inference", title="A forward pass of the population, r = 1")
    figure.legend(fontsize=8, loc="outside lower center", ncols=3)


def _learning(figure: Any, rows: Mapping[str, Sequence[Row]]) -> None:  # noqa: ANN401 - see `_bias`
    left, middle, right = figure.subplots(1, 3)
    for axes, key, title in ((left, "learn-quadratic", "quadratic 32 x 32"), (middle, "learn-sine", "sine, 1-24-24-1")):
        for row in rows[key]:
            colour = _RANKS[row["rank"]]
            axes.semilogy(row["at"], row["curve"], "-", color=colour, label=row["rank"])
            axes.semilogy([row["at"][-1]] * len(row["errors"]), row["errors"], "o", color=colour, ms=4, alpha=0.5)
        axes.set(title=title, xlabel="generation", ylabel="error of the mean (dots: seeds)")
        axes.legend(fontsize=8)
        axes.grid(alpha=0.3)
    for row in rows["learn-int8"]:
        right.plot([row["pairs"]] * len(row["accuracies"]), row["accuracies"], "o", color="C0", alpha=0.6)
    right.axhline(0.25, color="grey", ls=":", lw=1, label="chance")
    right.set_xscale("log", base=2)
    right.set(title="int8 network, 16-64-4", xlabel="pairs", ylabel="held-out accuracy", ylim=(0, 1))
    right.legend(fontsize=8)
    right.grid(alpha=0.3)


def _effective_rank(figure: Any, rows: Mapping[str, Sequence[Row]]) -> None:  # noqa: ANN401 - see `_bias`
    axes = figure.add_subplot()
    for rank, points in sorted(_grouped(rows["update-rank"], "rank").items()):
        axes.plot(
            [p["pairs"] for p in points], [p["measured"] for p in points], "o", ms=7, label=f"measured, r = {rank}"
        )
    for point in rows["update-rank"]:
        axes.plot(point["pairs"], point["predicted"], "k+", ms=11)
    axes.plot([], [], "k+", ms=11, label="min(P r, m, n)")
    axes.set_xscale("log", base=2)
    axes.set(xlabel="antithetic pairs P", ylabel="rank of the update, 48 x 40", title="The update is not of low rank")
    axes.legend(fontsize=8)
    axes.grid(alpha=0.3)


def _grouped(rows: Sequence[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


_Painter: TypeAlias = "Callable[[Any, Mapping[str, Sequence[Row]]], None]"
_FIGURES: tuple[tuple[str, tuple[float, float], tuple[str, ...], _Painter], ...] = (
    ("bias", (6.4, 4.4), ("bias-rank", "bias-sampled"), _bias),
    ("cost", (9.0, 4.8), ("forward",), _cost),
    ("learning", (11.0, 4.0), ("learn-quadratic", "learn-sine", "learn-int8"), _learning),
    ("effective_rank", (6.4, 4.4), ("update-rank",), _effective_rank),
)
