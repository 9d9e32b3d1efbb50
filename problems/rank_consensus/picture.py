"""Picture of a ranking: how systems stand in the tasks, and where the consensus and their strengths put them."""

import numpy as np
import tables
from evaluate import agreement, read, swapped
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first table, and how well the others come out.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    family = params["families"][0]
    drawn = [tables.table(family, params["draw"] + number, params) for number in range(params["draws"])]
    answers = candidate.map("aggregate", [(table.rows(),) for table in drawn])
    places = [read(answer, table, family) for answer, table in zip(answers, drawn, strict=True)]
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": [4, 1]})
    bumps(above, drawn[0], places[0])
    wrong = [float(swapped(place, ranks(table.strength))) for place, table in zip(places, drawn, strict=True)]
    above.set_title(f"{family}: {wrong[0]:.1%} of this table's pairs are in the wrong order")
    below.bar(range(len(wrong)), sorted(wrong), color="#7a8fa6")
    below.axhline(float(np.mean(wrong)), color="#d1495b", label=f"mean {np.mean(wrong):.1%}")
    below.set_ylabel("wrong pairs")
    below.set_xlabel("tables, the best ranked first")
    below.legend()
    figure.savefig(path)


def bumps(axes, table, place):
    """Draw each system as a line through its places in the tasks, which agree more and more, and in both orders."""
    count, right = len(place), ranks(table.strength)
    agree = [agreement(column, place) for column in table.results.T]
    tasks = np.argsort(agree, kind="stable")
    columns = [ranks(table.results[:, task]) for task in tasks] + [place, right]
    for system in range(count):
        heights = [np.nan if np.isnan(column[system]) else column[system] for column in columns]
        tint = 1 - right[system] / (count - 1)
        colour = (0.85 * tint + 0.1, 0.25, 0.85 * (1 - tint) + 0.1)
        axes.plot(heights[:-2], color=colour, linewidth=0.5, alpha=0.5, marker="o", markersize=3)
        axes.plot([len(tasks), len(tasks) + 1], heights[-2:], color=colour, linewidth=2.5, marker="o", markersize=6)
    labels = [f"{agree[task]:.2f}" for task in tasks]
    axes.set_xticks(range(len(columns)), [*labels, "consensus", "strength"], rotation=60)
    axes.set_ylim(count - 0.5, -0.5)
    axes.set_ylabel("place")
    axes.set_xlabel("tasks, by their share of pairs in the order of the consensus")


def ranks(values):
    """Return places by some values, 0 for the largest; spread over all places where values are missing, NaN there."""
    found = np.full(len(values), np.nan)
    there = np.flatnonzero(np.isfinite(values))
    found[there[np.argsort(-values[there], kind="stable")]] = np.linspace(0, len(values) - 1, len(there))
    return found
