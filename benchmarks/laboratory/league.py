"""Who searches best: from the curves of trials to samples, ranks, profiles and paired comparisons, with intervals.

Pure: plain numbers in, plain numbers out; what is drawn is drawn from a fixed seed.
"""

from itertools import pairwise
from statistics import fmean, median

import numpy as np

from evo.stats.mann_whitney import adjust_by_holm

DRAWS = 2000
"""Resamplings of an interval."""
FLIPS = 20_000
"""Sign flips of a paired test."""
ALPHA = 0.05


def to_target(curve, target, sign):
    """Return the samples until the best was as good as the target for good, None where it never was.

    Args:
        curve: [sample, best so far] at each change; where scores are noisy the best may get worse again.
        target: what is to be reached.
        sign: 1 where more is better, -1 where less is.
    """
    at = None
    for sample, best in curve:
        reached = sign * best >= sign * target
        at = (at or sample) if reached else None
    return at


def area(curve, samples):
    """Return the mean of the best so far over all samples, from the first one with a score on."""
    if not curve:
        return None
    ends = [*curve, [samples + 1, None]]
    total = sum(best * (after - at) for (at, best), (after, _) in pairwise(ends))
    return total / (samples + 1 - curve[0][0])


def merit(curve, target, samples, sign):
    """Return what trials of a task are ranked by, larger is better: who is at the target first, then who is nearer."""
    at = to_target(curve, target, sign)
    if at is not None:
        return (1, -at, sign * area(curve, samples))
    return (0, 0, sign * area(curve, samples)) if curve else (-1, 0, 0.0)


def ranks(merits):
    """Return the place of each, 1 for the best; equals share theirs."""
    order = sorted(merits, reverse=True)
    return [1 + order.index(each) + (order.count(each) - 1) / 2 for each in merits]


def expected_samples(counts, samples):
    """Return the samples that one success costs when failures are begun anew (ERT); all of them where none succeeded.

    Args:
        counts: of each trial, the samples to the target or None.
        samples: of a trial that failed.
    """
    spent = sum(samples if each is None else each for each in counts)
    return spent / max(1, sum(each is not None for each in counts))


def profile(costs, ratios):
    """Return arm -> for each ratio, the share of tasks on which its cost is at most so many times the least one.

    Args:
        costs: task -> arm -> expected samples.
        ratios: at least 1.
    """
    arms = sorted({arm for each in costs.values() for arm in each})
    return {
        arm: [fmean(each[arm] <= ratio * min(each.values()) for each in costs.values()) for ratio in ratios]
        for arm in arms
    }


def interval(statistic, count, draw):
    """Return (low, middle, high): the statistic of all seeds, and the 95 percent of its resamplings around it.

    Args:
        statistic: places of seeds, an array of whose last axis one value is made -> values; seeds are drawn with
            replacement, the same for every arm and task.
        count: of the seeds that were run.
        draw: of the resampling.
    """
    drawn = np.random.default_rng(draw).integers(count, size=(DRAWS, count))
    low, high = np.quantile(statistic(drawn), (0.025, 0.975))
    return float(low), float(statistic(np.arange(count)[None])[0]), float(high)


def paired(first, second):
    """Return (share of pairs in which the first is larger, ties half; p): a sign-flip test of the mean difference."""
    gaps = np.array(first, float) - np.array(second, float)
    wins = float(np.mean((gaps > 0) + 0.5 * (gaps == 0)))
    if not np.any(gaps):
        return wins, 1.0
    random = np.random.default_rng(0)
    means = np.abs((random.choice((-1.0, 1.0), size=(FLIPS, len(gaps))) @ gaps) / len(gaps))
    return wins, float((1 + np.sum(means >= abs(gaps.mean()) - 1e-12)) / (FLIPS + 1))


def standing(trials, tasks, samples):
    """Return the whole league.

    Args:
        trials: task -> arm -> seed -> the record of a trial; every arm has the same tasks and seeds.
        tasks: name -> {"target", "sign"}.
        samples: of a trial.
    """
    arms = list(next(iter(trials.values())))
    seeds = sorted(next(iter(next(iter(trials.values())).values())))
    places, counts, areas = _figures(trials, tasks, samples, arms, seeds)
    found = {}
    for arm in arms:
        by_seed = np.array([fmean(places[task][seed][arm] for task in trials) for seed in seeds])
        found[arm] = {
            "rank": interval(lambda drawn, by_seed=by_seed: by_seed[drawn].mean(-1), len(seeds), 1),
            "duplicates": fmean(r["duplicates"] for t in trials.values() for r in t[arm].values()),
        }
    costs = {
        task: {arm: expected_samples([counts[task][arm][s] for s in seeds], samples) for arm in arms} for task in trials
    }
    return {"arms": found, "counts": counts, "areas": areas, "costs": costs, "seeds": seeds, "samples": samples}


def _figures(trials, tasks, samples, arms, seeds):
    places, counts, areas = {}, {}, {}
    for task, by_arm in trials.items():
        target, sign = tasks[task]["target"], tasks[task]["sign"]
        curves = {arm: {seed: by_arm[arm][seed]["curve"] for seed in seeds} for arm in arms}
        counts[task] = {arm: {seed: to_target(curves[arm][seed], target, sign) for seed in seeds} for arm in arms}
        areas[task] = {arm: {seed: area(curves[arm][seed], samples) for seed in seeds} for arm in arms}
        places[task] = {
            seed: dict(zip(arms, ranks([merit(curves[arm][seed], target, samples, sign) for arm in arms]), strict=True))
            for seed in seeds
        }
    return places, counts, areas


def speed_up(counts, samples, arm, reference, seeds):
    """Return (low, middle, high): how many times fewer samples an arm takes than another, geometric mean of tasks."""

    def logs(name):
        every = np.array([[by_arm[name][seed] or np.nan for seed in seeds] for by_arm in counts.values()], float)
        there, spent = ~np.isnan(every), np.nan_to_num(every, nan=samples)
        return lambda drawn: np.log(spent[:, drawn].sum(-1) / np.maximum(1, there[:, drawn].sum(-1))).mean(0)

    ours, theirs = logs(arm), logs(reference)
    return interval(lambda drawn: np.exp(theirs(drawn) - ours(drawn)), len(seeds), 2)


def comparisons(areas, tasks, arm, reference):
    """Return task -> (wins, p adjusted by Holm over the tasks): an arm's areas against another's, seed by seed."""
    found = {}
    for task, by_arm in areas.items():
        sign, seeds = tasks[task]["sign"], by_arm[arm]
        ours, theirs = ([sign * by_arm[each][seed] for seed in seeds] for each in (arm, reference))
        found[task] = paired(ours, theirs)
    adjusted = adjust_by_holm([p for _, p in found.values()])
    return {task: (wins, p) for (task, (wins, _)), p in zip(found.items(), adjusted, strict=True)}


def middle_count(counts):
    """Return (how many reached it, the median of those, None where none did)."""
    there = [each for each in counts if each is not None]
    return len(there), (median(there) if there else None)
