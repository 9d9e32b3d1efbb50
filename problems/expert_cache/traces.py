"""Routing of requests through layers of experts: drawn from text and a run's secret, or read from a file.

What a router prefers is the sum of five things, as papers on mixtures of experts describe them: some experts are
liked by all, some go with the topic, some with the token, something lingers, and the rest is noise. The families
differ in how much there is of each.
"""

from pathlib import Path

import numpy as np

from evo.judging import draw_seed

WORDS, TOPICS, ZIPF = 200, 24, 1.1
LINGERS = 0.8

# Family -> weight of popularity, topic, token, what lingers and noise, and how many tokens a topic lasts on average.
FAMILIES = {
    "strong": (0.2, 1.8, 0.7, 0.7, 0.65, 96),
    "weak": (0.2, 1.2, 0.6, 1.1, 0.65, 96),
    "vocabulary": (0.2, 1.3, 1.0, 0.4, 0.55, 96),
    "flat": (0.6, 1.4, 0.5, 0.7, 0.75, 96),
    "phases": (0.8, 1.4, 0.6, 0.7, 0.65, 48),
}
PHASES = "phases"
"""Half-way who was popular becomes unpopular."""
PAIR = "pair"
"""Two requests that are served together, a token of each in turn."""


def gates(family, draw, params):
    """Return what the router gives each expert, an array (tokens, layers, experts) that sums to 1 over the experts."""
    shape = params["tokens"], params["layers"], params["experts"]
    rng = np.random.default_rng(draw_seed(f"expert cache, {family}/{'x'.join(map(str, shape))}/{draw}", params))
    if family != PAIR:
        return softmax(request(shape, family, world(shape, rng), rng))
    shared, half = world(shape, rng), ((shape[0] + 1) // 2, *shape[1:])
    both = [request(half, name, shared, rng) for name in ("strong", "weak")]
    return softmax(np.stack(both, axis=1).reshape(-1, *shape[1:])[: shape[0]])


def world(shape, rng):
    """Return what belongs to the model: whom everybody, each topic and each word likes; and each topic's words."""
    per_layer = shape[1:]
    popular = rng.normal(size=per_layer)
    topics = rng.normal(size=(TOPICS, *per_layer))
    words = rng.normal(size=(WORDS, *per_layer))
    return popular, topics, words, [rng.permutation(WORDS) for _ in range(TOPICS)]


def request(shape, family, shared, rng):
    """Return the preferences of one request, token by token."""
    popularity, topical, lexical, lingering, noisy, lasts = FAMILIES[family]
    popular, topics, words, orders = shared
    tokens, *per_layer = shape
    chances = np.arange(1, WORDS + 1) ** -ZIPF
    chances /= chances.sum()
    topic, said, spoken = rng.integers(TOPICS), [], []
    for _ in range(tokens):
        if rng.random() < 1 / lasts:
            topic = rng.integers(TOPICS)
        said.append(topic)
        spoken.append(orders[topic][rng.choice(WORDS, p=chances)])
    rest = rng.normal(size=per_layer)
    lingers = np.empty((tokens, *per_layer))
    for token in range(tokens):
        rest = LINGERS * rest + (1 - LINGERS**2) ** 0.5 * rng.normal(size=per_layer)
        lingers[token] = rest
    found = topical * topics[said] + lexical * words[spoken] + lingering * lingers
    liked = np.ones((tokens, 1, 1))
    liked[tokens // 2 :] = -1.0 if family == PHASES else 1.0
    return found + popularity * popular * liked + noisy * rng.normal(size=found.shape)


def softmax(preferences):
    """Return the shares that go with preferences, over the last axis."""
    found = np.exp(preferences - preferences.max(axis=-1, keepdims=True))
    return found / found.sum(axis=-1, keepdims=True)


def chosen(found, active):
    """Return the experts that are used, in order of their gates, as an array (tokens, layers, active)."""
    return np.argsort(-found, axis=-1, kind="stable")[..., :active]


def recorded(name, params):
    """Return the requests of a file beside this one, as an array (requests, tokens, layers, experts); None without it.

    Raises:
        ValueError: it holds something else.
    """
    path = Path(__file__).parent / name
    if not path.is_file():
        return None
    found = np.load(path, allow_pickle=False)
    wanted = (params["layers"], params["experts"])
    if found.ndim != 4 or found.shape[2:] != wanted or found.dtype.kind != "f" or not np.isfinite(found).all():
        raise ValueError(
            f"{name}: expected finite floats of shape (requests, tokens, {wanted[0]}, {wanted[1]}), "
            f"got {found.dtype} of shape {found.shape}; set layers and experts of the instance to what was recorded"
        )
    return found
