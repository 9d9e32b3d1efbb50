"""Judge of arena_match: it owns players and voters, and asks the program whom to compare and who is better."""

import numpy as np
from worlds import World

from evo.judging import Invalid, draw_seed, integer, items

EVERY = 10
"""The program is asked for its ranking after so many votes."""


def evaluate(candidate, params):
    """Let the program learn who is better in every world, each time in a fresh process.

    Args:
        candidate: a program with `init(n, k, seed)`, `pick(t)`, `see(order)`, `ranking()` and `grow(n)`.
        params: players, shown (at once), votes, families, draws (of each), draw (the first one's number).
    """
    played = [
        play(candidate, family, draw, params)
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    error = mean(each["errors"].mean() for each in played)
    curve = np.mean([each["errors"] for each in played], axis=0)
    return {
        "objective": float(error),
        "measures": {
            "evenness": mean(each["evenness"] for each in played),
            "closeness": mean(each["closeness"] for each in played),
        },
        "metrics": {f"votes_to_{level}": reached(curve, level / 100, params["votes"]) for level in (15, 10, 8)}
        | by_family(played),
        "feedback": described(played, curve, error),
    }


def play(candidate, family, draw, params):
    """Return how one world was learned."""
    world = World(family, draw, params)
    there, k = world.first, params["shown"]
    candidate.restart()
    candidate.call("init", there, k, draw_seed(f"arena, the program's seed, {family}/{draw}", params, size=4))
    errors, counts, apart = [], np.zeros(params["players"]), []
    places = np.argsort(np.argsort(-world.strengths))
    for t in range(params["votes"]):
        if t == params["votes"] // 2 and there < params["players"]:
            there = params["players"]
            candidate.call("grow", there)
        ids = picked(candidate.call("pick", t), k, there)
        counts[ids] += 1
        apart.append(np.ptp(places[ids]))
        candidate.call("see", world.vote(ids))
        if t % EVERY == EVERY - 1:
            errors.append(discordance(ranked(candidate.call("ranking"), there), world.strengths))
    shares = counts[counts > 0] / counts.sum()
    return {
        "family": family,
        "errors": np.array(errors),
        "evenness": float(-(shares * np.log(shares)).sum() / np.log(len(counts))),
        "closeness": 1.0 - float(np.mean(apart)) / (len(counts) - 1),
        "counts": counts,
    }


def picked(answer, k, there):
    """Return the ids of different players, or refuse them."""
    ids = [integer(each, "pick", low=0, high=there - 1) for each in items(answer, "pick")]
    if not 2 <= len(ids) <= k or len(set(ids)) < len(ids):
        raise Invalid(f"pick: expected 2 to {k} different players, got {len(ids)} of which {len(set(ids))} differ")
    return ids


def ranked(answer, there):
    """Return all players that are there, best first, or refuse them."""
    order = [integer(each, "ranking", low=0, high=there - 1) for each in items(answer, "ranking", count=there)]
    if len(set(order)) < there:
        raise Invalid(f"ranking: expected each of {there} players once, {there - len(set(order))} are missing")
    return order


def discordance(order, strengths):
    """Return the share of pairs that stand in the wrong order."""
    sorted_out = strengths[order]
    first, second = np.triu_indices(len(order), 1)
    return float((sorted_out[first] < sorted_out[second]).mean())


def reached(curve, level, votes):
    """Return after how many votes the mean error is at most a level; the double of all votes if it never is."""
    return next((EVERY * (place + 1) for place, error in enumerate(curve) if error <= level), 2 * votes)


def mean(values):
    """Return the mean of some numbers."""
    found = list(values)
    return float(sum(found) / len(found))


def by_family(played):
    """Return the mean error for each kind of world."""
    names = dict.fromkeys(each["family"] for each in played)
    return {f"error_{name}": mean(each["errors"].mean() for each in played if each["family"] == name) for name in names}


def described(played, curve, error):
    """Say how the error falls, and in which worlds it is large."""
    families = by_family(played)
    worst = max(families, key=families.__getitem__)
    third = len(curve) // 3
    rare = mean(each["counts"][each["counts"] > 0].min() for each in played)
    return (
        f"Mean share of wrong pairs {error:.4f}: {curve[third - 1]:.3f} after a third of the votes, "
        f"{curve[2 * third - 1]:.3f} after two thirds, {curve[-1]:.3f} at the end. Largest in worlds of the kind "
        f"{worst.removeprefix('error_')}, {families[worst]:.4f}. The player shown least is shown {rare:.0f} times on "
        f"average, the one shown most {mean(each['counts'].max() for each in played):.0f} times."
    )
