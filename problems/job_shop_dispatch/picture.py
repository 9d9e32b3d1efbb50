"""Picture of a schedule: the first two shops, each machine a row and each job a colour, and the bound as a line."""

from evaluate import Floor, drawn, followed
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SHOWN = 2


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.subplots(SHOWN, 1)
    wanted = [(family, params["draw"] + more) for more in range(params["draws"]) for family in params["families"]]
    for axis, (family, number) in zip(axes, wanted, strict=False):
        made, bound = drawn(family, number, params["jobs"], params["machines"], params.get("secret", ""))
        candidate.restart()
        floor = Floor(made)
        followed(candidate, floor)
        rows(axis, floor)
        axis.axvline(bound, color="#b03a2e", linewidth=1.5)
        axis.set_title(f"{family}: makespan {floor.end}, {floor.end / bound - 1:.1%} above the bound of {bound} (line)")
    axes[-1].set_xlabel("time")
    figure.tight_layout()
    figure.savefig(path)


def rows(axis, floor):
    """Draw what every machine does."""
    jobs = len(floor.at)
    colours = colormaps["viridis"]
    for job, machine, start, end in floor.plan:
        shade = job / max(jobs - 1, 1)
        axis.barh(machine, end - start, left=start, height=0.8, color=colours(shade), edgecolor="white", linewidth=0.5)
        if end - start > floor.end / 60:
            colour = "white" if shade < 0.6 else "#22313f"
            axis.text((start + end) / 2, machine, str(job + 1), ha="center", va="center", fontsize=7, color=colour)
    axis.set_xlim(0, 1.02 * floor.end)
    axis.set_yticks(range(len(floor.free)), [str(each + 1) for each in range(len(floor.free))])
    axis.set_ylabel("machine")
    axis.invert_yaxis()
