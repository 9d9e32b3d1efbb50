"""Picture of a sequence: the residual of each system over the products, one staircase after the other."""

import numpy as np
from evaluate import MOST, TOLERANCE, Products, drawn
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from evo.judging import consult


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first sequence.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    settings = tuple((key, params[key]) for key in ("side", "systems"))
    sequence = drawn(params["families"][0], params["draw"], settings, params.get("secret", ""))
    oracle, asked = Products(sequence, params["systems"]), []

    def answer(body):
        asked.append((body["mv"][0], oracle.answer(body)))
        return asked[-1][1]

    candidate.restart()
    args = sequence.features, sequence.rights, MOST, TOLERANCE
    found = consult(candidate, "solve", *args, ledger=oracle.ledger, ask=answer, worth=oracle.worth)
    residuals = oracle.residuals(found.answer, "answer")
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": [3, 1]})
    staircases(above, sequence, asked)
    spent = [oracle.spent[i] for i in oracle.order]
    solved = [residuals[i] <= TOLERANCE for i in oracle.order]
    below.bar(range(len(spent)), spent, color=["#8fb8de" if each else "#d1495b" for each in solved])
    below.set_xlabel("system, in the order in which they were begun")
    below.set_ylabel("products")
    above.set_title(f"{params['families'][0]}: {sum(spent) / params['systems']:.1f} products a system")
    figure.tight_layout()
    figure.savefig(path)


def staircases(axes, sequence, asked):
    """Draw how much of each right side is left, when all images bought so far are put together as well as can be."""
    place, colours = 0, colormaps["viridis"]
    for number, i in enumerate(dict.fromkeys(i for i, _ in asked)):
        images = np.array([image for which, image in asked if which == i]).T
        turn, _ = np.linalg.qr(images)
        parts = turn.T @ sequence.rights[i]
        beyond = sequence.rights[i] - turn @ parts
        left = np.sqrt(np.cumsum((parts * parts)[:0:-1])[::-1] + beyond @ beyond)
        axes.plot(place + np.arange(len(left)), left, color=colours(number / len(sequence.rights)))
        place += len(left)
    axes.axhline(TOLERANCE, color="#22313f", linewidth=0.8)
    axes.set_yscale("log")
    axes.set_ylim(TOLERANCE / 3, 1.5)
    axes.set_xlabel("products")
    axes.set_ylabel("least residual within what was bought")
