"""Pictures of rows that sort themselves: sortedness over time, and maps in which every line is the row after a swap."""

from dataclasses import replace

import numpy as np
from algotypes import BUBBLE, INSERTION, SELECTION
from cell_experiments import Setting, cell_view, traditional
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from morphogenesis_plan import POINTS, mean_curve

LINES = 400
"""Most lines of a map; of more swaps, evenly spread ones are shown."""
COLOURS = ("#2e86ab", "#d1495b", "#edae49")
KINDS = {"bubble": BUBBLE, "insertion": INSERTION, "selection": SELECTION}
MAPS = (
    ("bubble", Setting(kinds=(BUBBLE,)), "values"),
    ("selection", Setting(kinds=(SELECTION,)), "values"),
    ("insertion, 3 immovable", Setting(kinds=(INSERTION,), faults=3), "values"),
    ("bubble and selection", Setting(kinds=(BUBBLE, SELECTION)), "values"),
    ("bubble and selection: who", Setting(kinds=(BUBBLE, SELECTION)), "labels"),
    ("bubble falls, selection rises", Setting(kinds=(BUBBLE, SELECTION), falls=(BUBBLE,), cap=20_000), "values"),
)


def draw_all(folder):
    folder.mkdir(parents=True, exist_ok=True)
    sortedness(folder / "morphogenesis_sortedness.png")
    maps(folder / "morphogenesis_maps.png")


def sortedness(path):
    """Draw mean sortedness over the share of the swaps, cells beside the textbook, without and with broken cells."""
    figure = Figure(figsize=(10, 3.6), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, faults in zip(figure.subplots(1, 2, sharey=True), (0, 3), strict=True):
        for colour, (name, kind) in zip(COLOURS, KINDS.items(), strict=True):
            setting = Setting(kinds=(kind,), faults=faults, repeats=10)
            for run, style in ((cell_view, "-"), (traditional, ":")):
                curve = mean_curve(run(setting).sortedness, setting.size)
                label = f"{name} {'cells' if run is cell_view else 'textbook'}"
                axes.plot(np.linspace(0, 100, POINTS), curve, style, color=colour, label=label)
        axes.set_title(f"{faults} immovable cells" if faults else "no broken cells")
        axes.set_xlabel("% of the swaps")
    figure.axes[0].set_ylabel("sortedness")
    figure.axes[0].legend(fontsize=7)
    figure.savefig(path)


def maps(path):
    """Draw one row of each setting, from top to bottom as it changes."""
    figure = Figure(figsize=(10, 7), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, setting, what) in zip(figure.subplots(2, 3).flat, MAPS, strict=True):
        kept = cell_view(replace(setting, repeats=1), keep_map=True).maps
        chosen = np.unique(np.linspace(0, len(kept) - 1, LINES).astype(int))
        picture = np.stack([kept[index][what == "labels"] for index in chosen])
        axes.imshow(picture, aspect="auto", cmap="viridis" if what == "values" else "coolwarm", interpolation="nearest")
        axes.set_title(name, fontsize=10)
        axes.set_xticks([])
        axes.set_yticks([0, len(chosen) - 1], ["0", str(len(kept) - 1)])
    figure.axes[0].set_ylabel("swaps")
    figure.savefig(path)
