"""Picture of an arena: the places of all players in the ranking over the votes, and at the right edge the truth."""

import numpy as np
from evaluate import EVERY, picked, ranked
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from worlds import World


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: the first world.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    world, n = World(params["families"][0], params["draw"], params), params["players"]
    candidate.restart()
    candidate.call("init", world.first, params["shown"], 1)
    places, counts = [], np.zeros(n)
    for t in range(params["votes"]):
        ids = picked(candidate.call("pick", t), params["shown"], n)
        counts[ids] += 1
        candidate.call("see", world.vote(ids))
        if t % EVERY == EVERY - 1:
            places.append(np.argsort(ranked(candidate.call("ranking"), n)))
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": [4, 1]})
    truth = np.argsort(np.argsort(-world.strengths))
    votes = EVERY * np.arange(1, len(places) + 2)
    for player in range(n):
        line = [*(each[player] for each in places), truth[player]]
        above.plot(votes, line, color=colormaps["viridis"](truth[player] / (n - 1)), linewidth=1.6, alpha=0.8)
    above.axvline(votes[-2], color="#22313f", linewidth=0.8)
    above.invert_yaxis()
    above.set_title(f"{params['families'][0]}: places over {params['votes']} votes, and the truth behind the line")
    below.bar(range(n), counts[np.argsort(truth)], color="#8fb8de")
    below.set_xlabel("player, strongest first")
    below.set_ylabel("times shown")
    figure.tight_layout()
    figure.savefig(path)
