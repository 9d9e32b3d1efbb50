"""Hidden objects of five kinds and all distances between them: drawn from text and, for hold-outs, a run's secret."""

import numpy as np

from evo.judging import draw_seed

LENGTH, LETTERS = 60, 4
UNIVERSE, KEPT = 120, 0.8
WORD, ALPHABET = 18, 6
STEPS = 20


def matrix(family, draw, n, params):
    """Return the symmetric (n, n) matrix of distances between the objects of one draw, as doubles."""
    rng = np.random.default_rng(draw_seed(f"k-medoids, {family}/{n}/{draw}", params))
    return FAMILIES[family](n, rng).astype(float)


def points(n, rng):
    """L1 distances of whole numbers: a mixture of 15 clouds with heavy tails in 6 dimensions."""
    centres = rng.normal(0, 300, (15, 6))
    spread = rng.uniform(20, 90, 15)
    which = rng.choice(15, n, p=rng.dirichlet(np.full(15, 2.0)))
    found = np.rint(centres[which] + spread[which, None] * rng.standard_t(2.5, (n, 6)))
    return np.abs(found[:, None] - found[None]).sum(axis=2)


def sequences(n, rng):
    """Hamming distances: sequences that come from one another by mutations along a random tree."""
    made = [rng.integers(LETTERS, size=LENGTH)]
    while len(made) < 2 * n:
        child = made[rng.integers(len(made))].copy()
        places = rng.random(LENGTH) < rng.choice((0.02, 0.08, 0.2))
        child[places] = rng.integers(LETTERS, size=int(places.sum()))
        made.append(child)
    found = np.array(made)[rng.permutation(2 * n)[:n]]
    return (found[:, None] != found[None]).sum(axis=2)


def sets(n, rng):
    """Jaccard distances, in thousandths: noisy copies of 12 prototypes."""
    prototypes = rng.random((12, UNIVERSE)) < rng.uniform(0.1, 0.4, (12, 1))
    which = rng.integers(12, size=n)
    found = (prototypes[which] & (rng.random((n, UNIVERSE)) < KEPT)) | (rng.random((n, UNIVERSE)) < 0.03)
    found[:, 0] = True
    both = found.astype(int) @ found.T
    size = found.sum(axis=1)
    return np.rint(1000 * (1 - both / (size[:, None] + size[None] - both)))


def words(n, rng):
    """Edit distances: misspelt copies of 14 words."""
    stems = [rng.integers(ALPHABET, size=WORD) for _ in range(14)]
    found = []
    for _ in range(n):
        word = list(stems[rng.integers(14)])
        for _ in range(rng.integers(1, 8)):
            place = rng.integers(len(word) + 1)
            kind = rng.integers(3)
            if kind == 0:
                word.insert(place, rng.integers(ALPHABET))
            elif len(word) > WORD // 2:
                word[place : place + 1] = [rng.integers(ALPHABET)] * int(kind == 1 and place < len(word))
        found.append(word)
    longest = max(map(len, found))
    padded = np.array([word + [-1] * (longest - len(word)) for word in found])
    return edit_distances(padded, np.array([len(word) for word in found]))


def edit_distances(texts, lengths):
    """Return all edit distances of rows that end with -1, by the table of every pair at once."""
    first, second = np.triu_indices(len(texts), 1)
    a, b = texts[first], texts[second]
    width = texts.shape[1]
    row = np.tile(np.arange(width + 1), (len(first), 1))
    ends = np.zeros(len(first), dtype=int)
    for i in range(width + 1):
        here = lengths[first] == i
        ends[here] = row[here, lengths[second][here]]
        if i == width:
            break
        new = np.empty_like(row)
        new[:, 0] = i + 1
        for j in range(width):
            swapped = row[:, j] + (a[:, i] != b[:, j])
            new[:, j + 1] = np.minimum(np.minimum(new[:, j], row[:, j + 1]) + 1, swapped)
        row = new
    return square(ends, len(texts))


def series(n, rng):
    """Distances by dynamic time warping, in hundredths: 10 shapes, shifted, stretched and noisy."""
    shapes = rng.normal(0, 1, (10, STEPS)).cumsum(axis=1)
    which = rng.integers(10, size=n)
    places = np.clip(np.arange(STEPS) * rng.uniform(0.8, 1.2, (n, 1)) + rng.uniform(-3, 3, (n, 1)), 0, STEPS - 1)
    found = np.array([np.interp(at, np.arange(STEPS), shapes[k]) for at, k in zip(places, which, strict=True)])
    found += rng.normal(0, 0.4, found.shape)
    first, second = np.triu_indices(n, 1)
    a, b = found[first], found[second]
    row = np.full((len(first), STEPS + 1), np.inf)
    row[:, 0] = 0
    for i in range(STEPS):
        new = np.full_like(row, np.inf)
        for j in range(STEPS):
            least = np.minimum(np.minimum(row[:, j], row[:, j + 1]), new[:, j])
            new[:, j + 1] = least + np.abs(a[:, i] - b[:, j])
        row = new
    return square(np.rint(100 * row[:, -1]), n)


def square(above, n):
    """Return the symmetric matrix whose entries above the diagonal are given, row by row."""
    found = np.zeros((n, n))
    found[np.triu_indices(n, 1)] = above
    return found + found.T


FAMILIES = {"points": points, "sequences": sequences, "sets": sets, "words": words, "series": series}
