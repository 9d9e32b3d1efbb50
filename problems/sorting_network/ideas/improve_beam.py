"""Cut the network at a random place and go on by beam search: keep the beginnings that leave fewest outputs."""

import numpy as np

WIDTH = 16


def improve(n, network, rng, work):
    best = inner_improve(n, network, rng, work)
    pairs = [[i, j] for i in range(n) for j in range(i + 1, n)]
    low, high = np.array(pairs).T[:, :, None]
    while work > 0:
        values, begun = np.arange(1 << n), best[: rng.randrange(len(best) // 2 + 1)]
        for i, j in begun:
            values = np.unique(values ^ (values >> i & ~(values >> j) & 1) * (1 << i | 1 << j))
        beam = [(values, begun)]
        while beam and work > 0 and len(beam[0][0]) > n + 1 and len(beam[0][1]) < len(best):
            work -= len(beam)
            found = {}
            for values, begun in beam:
                outputs = np.sort(values ^ (values >> low & ~(values >> high) & 1) * (1 << low | 1 << high), axis=1)
                fresh = np.insert(outputs[:, 1:] != outputs[:, :-1], 0, values=True, axis=1)
                for k in np.flatnonzero(fresh.sum(axis=1) < len(values)):
                    left = outputs[k][fresh[k]]
                    found.setdefault(left.tobytes(), (len(left), rng.random(), left, [*begun, pairs[k]]))
            beam = [each[2:] for each in sorted(found.values(), key=lambda each: each[:2])[:WIDTH]]
        if beam and len(beam[0][0]) == n + 1:
            best = beam[0][1]
    return best
