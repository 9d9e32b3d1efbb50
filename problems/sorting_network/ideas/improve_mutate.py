"""Local search: exchange, move, redirect or drop one comparator; keep what sorts and is not larger."""

from itertools import pairwise


def misplaced(n, network):
    every = (1 << (1 << n)) - 1
    wires = [every // ((1 << (1 << k)) + 1) << (1 << k) for k in range(n)]
    for i, j in network:
        wires[i], wires[j] = wires[i] & wires[j], wires[i] | wires[j]
    return any(upper & ~lower for upper, lower in pairwise(wires))


def improve(n, network, rng, work):
    best = inner_improve(n, network, rng, work)
    for _ in range(work):
        trial = list(best)
        for _ in range(rng.choice((1, 1, 2))):
            k = rng.randrange(len(trial))
            move = rng.randrange(4)
            if move == 0:
                trial.insert(rng.randrange(len(trial)), trial.pop(k))
            elif move == 1:
                trial[k] = sorted(rng.sample(range(n), 2))
            elif move == 2 and len(trial) > 1:
                trial.pop(k)
            else:
                other = rng.randrange(len(trial))
                trial[k], trial[other] = trial[other], trial[k]
        if not misplaced(n, trial):
            best = trial
    return best
