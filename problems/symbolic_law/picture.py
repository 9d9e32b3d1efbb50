"""Picture of laws and answers: values of six laws against those of the answers, within the range and beyond."""

import numpy as np
from evaluate import digits_lost, squared
from grammar import value
from laws import task
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure


def draw(candidate, params, path):
    """Write a PNG of 1000 x 1000 pixels to `path`: true against answered values of six laws.

    Args:
        candidate: the live program.
        params: the instance's parameters.
        path: where to write.
    """
    figure = Figure(figsize=(10, 10), dpi=100)
    FigureCanvasAgg(figure)
    families = params["families"]
    for place, axes in enumerate(figure.subplots(3, 2).flat):
        family, number = families[place % len(families)], params["draw"] + place // len(families)
        each = task(family, number, params.get("secret", ""))
        answer = candidate.call("discover", each.x, each.y)
        compare(axes, family, each, answer)
    figure.tight_layout()
    figure.savefig(path)


def compare(axes, family, each, answer):
    """Draw one law: on the diagonal the answer is right."""
    for points, colour, name in ((each.beyond, "#d1495b", "beyond"), (each.within, "#22313f", "within")):
        true = value(each.law, points)
        with np.errstate(all="ignore"):
            told = value(answer, points)
        lost, told = digits_lost(squared(answer, each.law, points)), np.clip(told, *limits(each))
        axes.scatter(true, told, s=10, color=colour, alpha=0.6, label=f"{name}: {lost:.2f} lost")
    low, high = limits(each)
    axes.plot([low, high], [low, high], color="#8d99ae", linewidth=1, zorder=0)
    axes.set(xlim=(low, high), ylim=(low, high), xlabel="the law", ylabel="the answer")
    axes.set_title(f"{family}: {shown(each.law)}", fontsize=8)
    axes.legend(loc="upper left", fontsize=8)


def limits(each):
    """Return the range of the law over all tested points, and a little more."""
    true = np.concatenate([value(each.law, each.within), value(each.law, each.beyond)])
    margin = 0.1 * np.ptp(true)
    return true.min() - margin, true.max() + margin


def shown(law):
    """Return a law as people write it."""
    if type(law) is not list:
        return f"{law:g}"
    name, *rest = law
    if name == "x":
        return "xyz"[rest[0]]
    if name == "pow":
        return f"{shown(rest[0])}^{rest[1]:g}"
    sign = {"add": " + ", "mul": " ", "sub": " - ", "div": " / "}.get(name)
    if sign is None:
        return f"{name}({shown(rest[0])})"
    return "(" + sign.join(map(shown, rest)) + ")" if name != "mul" else sign.join(map(shown, rest))
