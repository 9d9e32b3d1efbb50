"""What the paper reports, what we measure for it, and how near the two have to come: the rows of the reproduction.

The paper's figures are second-hand: two public transcriptions of its text and plots, which agree.
"""

from dataclasses import dataclass
from statistics import fmean

import numpy as np
from algotypes import BUBBLE, INSERTION, SELECTION
from cell_experiments import Setting
from measures import delayed_gratification, monotonicity_error

POINTS = 101
B, N, S = BUBBLE, INSERTION, SELECTION
CELLS, TEXTBOOK = "cells", "textbook"
OFFSET = "about one more in the paper, as if out of 100 pairs of neighbours in place of 99"
PAIRS = {"B+S": (B, S), "B+I": (B, N), "S+I": (S, N)}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure of the paper.

    Attributes:
        feature: what of the model it shows.
        name: the quantity.
        paper: the paper's figure.
        near: largest difference at which it counts as reproduced; None where it is known not to, and `note` says why.
        key: which of `summary`.
        by: `CELLS` or `TEXTBOOK`.
        setting: what is run for it.
        over: what the figure is divided by: (by, setting).
        note: what has to be known.
    """

    feature: str
    name: str
    paper: float
    near: float | None
    key: str
    by: str
    setting: Setting
    over: tuple | None = None
    note: str = ""


def summary(runs):
    """Return what is kept of an experiment: means over its rows."""
    n = len(runs.first[0])
    found = {
        "swaps": fmean(runs.swaps),
        "attempts": fmean(runs.attempts),
        "error": fmean(map(monotonicity_error, runs.last)),
        "delay": fmean(map(delayed_gratification, runs.sortedness)),
        "curve": mean_curve(runs.sortedness, n),
        "ticks": runs.ticks,
    }
    found["percent"] = 100 * found["curve"][-1]
    if runs.together:
        curve = mean_curve(runs.together, n)
        found |= {"together": curve, "together_last": curve[-1], "peak_at": 100 * int(np.argmax(curve)) / (POINTS - 1)}
        found["peak"] = fmean(max(trace) / n for trace in runs.together)
    return found


def mean_curve(traces, n):
    """Return the mean over traces of different lengths, at equal shares of their swaps, as shares of n cells."""
    at = np.linspace(0, 1, POINTS)
    found = [np.asarray(trace)[np.rint(at * (len(trace) - 1)).astype(int)] for trace in traces]
    return (np.mean(found, axis=0) / n).tolist()


def alone(kind, **more):
    # One insertion cell can move at a time, so most of its ticks are idle: fewer rows for the same time.
    return Setting(**({"kinds": (kind,), "repeats": 30 if kind == N else 100} | more))


def textbook(kind, faults=0):
    return Setting(kinds=(kind,), faults=faults, repeats=1000 if kind == S or not faults else 400)


def rows():
    """Return the table's rows in order."""
    return [*steps(), *gratification(), *frozen(), *mixtures(), *copies(), *directions()]


def steps():
    def row(name, paper, near, key, setting, *, by=CELLS, **more):
        return Row(feature="steps", name=name, paper=paper, near=near, key=key, by=by, setting=setting, **more)

    yield row("swaps, B", 2448.8, 60, "swaps", alone(B), note="a law: as many as there are inversions, 2475 expected")
    yield row("swaps, I", 2482.8, 60, "swaps", alone(N), note="the same law")
    yield row("swaps, S", 1095.5, 40, "swaps", alone(S), note="depends on the scheduler")
    yield row("swaps, S textbook", 100, 8, "swaps", textbook(S), by=TEXTBOOK, note="n - H_n = 94.8 expected")
    yield row(
        "reads and swaps, B: textbook / cells", 1.5, 0.05, "attempts", textbook(B), by=TEXTBOOK, over=(CELLS, alone(B))
    )
    yield row(
        "reads and swaps, I: textbook / cells", 2.03, 0.05, "attempts", textbook(N), by=TEXTBOOK, over=(CELLS, alone(N))
    )
    yield row("reads and swaps, S: cells / textbook", 1.17, 0.05, "attempts", alone(S), over=(TEXTBOOK, textbook(S)))
    for scheduler in ("uniform", "rounds"):
        note = "the paper's threads act in bursts"
        setting = alone(S, scheduler=scheduler)
        yield row(f"swaps, S, {scheduler}", 1095.5, 40 if scheduler == "rounds" else None, "swaps", setting, note=note)


def gratification():
    book = {B: (0.08, 0.12, 0.17, 0.21), N: (1.08, 1.12, 1.15, 1.18), S: (6.10, 5.67, 5.94, 5.80)}
    cell = {B: (0.24, 0.29, 0.32, 0.37), N: (1.10, 1.13, 1.15, 1.19), S: (3.33, 3.39, 3.30, 3.07)}
    for by, papers, nears in ((TEXTBOOK, book, (0.02, 0.05, 0.8)), (CELLS, cell, (0.04, 0.1, 0.4))):
        for (kind, figures), near in zip(papers.items(), nears, strict=True):
            for faults, paper in enumerate(figures):
                bursts = {"scheduler": "burst:7"} if kind == B else {}
                setting = textbook(kind, faults) if by == TEXTBOOK else alone(kind, faults=faults, **bursts)
                yield Row(
                    feature="delayed gratification",
                    name=f"{letter(kind)} {by}, {faults} immovable",
                    paper=paper,
                    near=near,
                    key="delay",
                    by=by,
                    setting=setting,
                    note="burst:7" if bursts and by == CELLS else "",
                )
    yield Row(
        feature="delayed gratification",
        name="B cells, 0 immovable, uniform",
        paper=0.24,
        near=None,
        key="delay",
        by=CELLS,
        setting=alone(B, scheduler="uniform"),
        note="the paper's threads act in bursts",
    )


def frozen():
    book = {B: (2.85, 4.71, 6.44), N: (2.93, 4.65, 6.38), S: (10.80, 16.33, 21.66)}
    stuck = {B: (1.91, 3.72, 5.37), N: (1.83, 3.65, 5.33), S: (1.00, 1.96, 2.91)}
    moved = {B: (0.00, 0.80, 2.64), N: (1.67, 5.28, 9.96), S: (2.24, 4.36, 13.24)}
    for feature, papers, by, movable in (
        ("error, immovable", stuck, CELLS, False),
        ("error, textbook", book, TEXTBOOK, False),
        ("error, movable", moved, CELLS, True),
    ):
        for kind, figures in papers.items():
            for faults, paper in enumerate(figures, 1):
                setting = textbook(kind, faults) if by == TEXTBOOK else broken(kind, faults, movable)
                near, note = 0.1 if kind == S else 0.2, ""
                if by == TEXTBOOK:
                    near, note = None, OFFSET
                elif movable and (kind, faults) != (B, 1):
                    near, note = None, "(f - 1) / 2 expected" if kind == B else "smaller here; why is not known"
                name = f"{letter(kind)}, {faults} broken"
                yield Row(
                    feature=feature, name=name, paper=paper, near=near, key="error", by=by, setting=setting, note=note
                )


def broken(kind, faults, movable):
    # Without the bursts of 7 of the delayed gratification: errors do not depend on the scheduler.
    repeats = 400 if kind == B else 200 if kind == S else 60 if movable else 120
    return alone(kind, faults=faults, movable=movable, repeats=repeats)


def mixtures():
    swaps = {"B+S": 1740.9, "B+I": 2476.02, "S+I": 1534.77}
    peaks = {"B+S": 0.72, "B+I": 0.65, "S+I": 0.69}
    for name, kinds in PAIRS.items():
        yield mixed("mixtures", f"swaps, {name}", swaps[name], 60, "swaps", kinds)
    note = "mean over runs of each run's largest value"
    for name, kinds in PAIRS.items():
        yield mixed("aggregation", f"peak, {name}", peaks[name], 0.03, "peak", kinds, note=note)
    yield mixed("aggregation", "peak, B+S+I", 0.62, 0.05, "peak", (B, S, N))
    note = "labels that mean nothing: the chance level of such a peak is 0.61 and not 0.5"
    yield mixed("aggregation", "peak, B under two labels", 0.61, 0.03, "peak", (B, B), note=note)


def copies():
    for name, paper in (("B+S", 0.65), ("S+I", 0.70)):
        yield mixed(
            "duplicates", f"aggregation at the end, {name}", paper, 0.03, "together_last", PAIRS[name], copies=10
        )
    for name, paper in (("B+S", 0.69), ("S+I", 0.71)):
        yield mixed("duplicates", f"peak, {name}", paper, 0.03, "peak", PAIRS[name], copies=10)


def directions():
    for name, kinds, falls, paper in (
        ("B falls, S rises", (B, S), (B,), 42.50),
        ("B rises, I falls", (B, N), (N,), 73.73),
        ("I rises, S falls", (N, S), (S,), 38.31),
    ):
        # These rows need not come to rest: B and S push each other to and fro.
        more = {"falls": falls, "cap": 100_000}
        yield mixed("opposite directions", f"sortedness in %, {name}", paper, 2.0, "percent", kinds, **more)


def mixed(feature, name, paper, near, key, kinds, *, note="", **more):  # noqa: PLR0917 - reads as a table
    setting = Setting(kinds=kinds, repeats=60, **more)
    return Row(feature=feature, name=name, paper=paper, near=near, key=key, by=CELLS, setting=setting, note=note)


def letter(kind):
    return {B: "B", N: "I", S: "S"}[kind]
