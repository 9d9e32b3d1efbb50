"""Move and turn the outer hexagon in shrinking steps while that makes it smaller."""


def enclose(rows):
    best = inner_enclose(rows)
    step = 0.5
    for _ in range(120):
        trials = []
        for k, unit in ((0, 1.0), (1, 1.0), (2, 15.0)):
            for sign in (-1, 1):
                trial = list(best)
                trial[k] += sign * step * unit
                trials.append(trial)
        trial = min(trials, key=lambda row: needed(rows, *row))
        if needed(rows, *trial) < needed(rows, *best):
            best = trial
        else:
            step /= 2
    return best
