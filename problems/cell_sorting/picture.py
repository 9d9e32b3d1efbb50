"""Picture of a policy at work: two rows of cells as maps that run down the page, and the quality of all rows."""

import numpy as np
from cells import World, run
from evaluate import stacked
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from policies import Following, tabulated
from splits import inversions, quality, rows

LINES = 300
"""Most lines of a map; of more swaps, evenly spread ones are shown."""
BROKEN = "#d1495b"


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the policy, as judged.
        params: the instance's parameters.
        path: where to write.
    """
    table, of = tabulated(candidate, params["reach"]), rows(params["split"], params.get("secret", ""))
    histories = [followed(table, row) for row in of]
    figure = Figure(figsize=(10, 10), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 2, height_ratios=(3, 2))
    clean = next(index for index, row in enumerate(of) if not row.faults)
    broken = next(index for index, row in enumerate(of) if row.faults)
    for column, index in enumerate((clean, broken)):
        chart(figure.add_subplot(grid[0, column]), of[index], histories[index])
    axes = figure.add_subplot(grid[1, :])
    for row, history in zip(of, histories, strict=True):
        at, lines = zip(*history, strict=True)
        kept = [[value for value, cell in line if cell not in row.faults] for line in lines]
        good = [quality(inversions(values), len(values)) for values in kept]
        ends = len(row.acting) / row.kind.size**2
        axes.step(
            [*np.array(at) / row.kind.size**2, ends],
            [*good, good[-1]],
            where="post",
            color=BROKEN if row.faults else "#2e86ab",
            linewidth=0.7,
        )
    axes.set_xlabel("turns, in n² (red: rows with broken cells)")
    axes.set_ylabel("quality")
    figure.savefig(path)


def followed(table, row):
    """Return (turn, [(value, cell), ...]) for the start of a row and after each of its swaps."""
    world = World([row.values], [row.faults], [row.stuck])
    place = slice(world.positions[0], world.positions[0] + row.kind.size)

    def now():
        return list(zip(world.value[place].tolist(), world.cell[place].tolist(), strict=True))

    history = [(0, now())]

    def watch(number, _at, _wish, done):
        if done[0]:
            history.append((number + 1, now()))

    run(world, Following(table, stacked([row.coins]), row.kind.size), stacked([row.acting]), watch=watch)
    return history


def chart(axes, row, history):
    chosen = np.unique(np.linspace(0, len(history) - 1, LINES).astype(int))
    lines = [history[index][1] for index in chosen]
    axes.imshow([[value for value, _ in line] for line in lines], aspect="auto", interpolation="nearest")
    for height, line in enumerate(lines):
        where = [place for place, (_, cell) in enumerate(line) if cell in row.faults]
        axes.scatter(where, [height] * len(where), s=4, color=BROKEN, marker="s")
    axes.set_title(f"{row.kind.size} cells, {len(row.faults)} broken: {len(history) - 1} swaps")
    axes.set_xticks([])
    axes.set_yticks([])
