"""Attention of one head over a sequence, query by query: drawn from text and a secret, by a model of our own.

Four things are put together that papers report of heads of language models: sinks, the first tokens that get much
whatever they say (StreamingLLM, arXiv:2309.17453); heavy hitters, few keys that get much for long (H2O,
arXiv:2306.14048); what is near; and what goes with the topic or is needed again after a silence. Families differ in
how much there is of each.
"""

import numpy as np

from evo.judging import draw_seed

SINKS = np.array([0.7, 0.12, 0.1, 0.08])
"""How the sinks' part is shared out among the first keys."""
WIDTH, TOPIC_KEYS, TOPIC_QUERIES = 8, 0.7, 0.3
"""Of the space in which topics lie, and how far keys and queries lie off them."""
NEAR, NEARER = 12, 1.8
"""So many of the last keys get so much more, in logits."""
FLOOR = -5.0
"""The least logit of a token's own key."""

FAMILIES = {
    "steady": {"heavy": 0.16, "stands": 2.2, "topic": 0.5, "decay": 0.8, "noise": 1.2},
    "fading": {"heavy": 0.25, "stands": 2.2, "topic": 0.5, "decay": 0.8, "noise": 1.2, "fades": 60},
    "topics": {"heavy": 0.14, "stands": 1.8, "topic": 3.0, "decay": 0.4, "noise": 1.0, "topics": 4, "lasts": 32},
    "returns": {"heavy": 0.08, "stands": 1.8, "topic": 0.5, "decay": 0.8, "noise": 1.0, "silent": 6},
    "turns": {"heavy": 0.10, "stands": 1.8, "topic": 1.5, "decay": 0.7, "noise": 1.0, "turn": 48},
}
"""Share of heavy hitters, how far they stand out, weight of the topic, decay with age, noise; all in logits.

And, where it is so: `fades`, after how many tokens a heavy hitter has lost 0.8 on average; `topics` and `lasts`, how
many there are and for how many tokens; `silent`, one key in so many is needed again and again after a silence;
`turn`, every so many tokens the first ones are looked up again.
"""


def attention(family, draw, params):
    """Return what each query gives each key, an array (tokens, tokens) whose rows sum to 1; nothing to later keys.

    Args:
        family: a key of `FAMILIES`.
        draw: number of the trace.
        params: the judge's: tokens, and the secret of a run.
    """
    about, tokens = FAMILIES[family], params["tokens"]
    rng = np.random.default_rng(draw_seed(f"attention, {family}/{tokens}/{draw}", params))
    ages = np.maximum(np.arange(tokens)[:, None] - np.arange(tokens), 0)
    logits = topical(about, tokens, rng) + standing(about, ages, rng) + NEARER * (ages < NEAR)
    logits += needed_again(about, ages, rng) + about["noise"] * rng.normal(size=ages.shape)
    own = np.arange(tokens)
    logits[own, own] = np.maximum(logits[own, own], FLOOR)
    logits[:, : len(SINKS)] = logits[np.triu_indices(tokens, 1)] = -np.inf
    return with_sinks(logits, rng)


def topical(about, tokens, rng):
    """Return how well each query goes with each key: both lie about the topics of their times."""
    count, lasts = about.get("topics", 8), about.get("lasts", 96)
    middles, topic, spoken = rng.normal(size=(count, WIDTH)), int(rng.integers(count)), []
    for _ in range(tokens):
        if rng.random() < 1 / lasts:
            topic = (topic + int(rng.integers(1, count))) % count
        spoken.append(topic)
    keys = middles[spoken] + TOPIC_KEYS * rng.normal(size=(tokens, WIDTH))
    queries = middles[spoken] + TOPIC_QUERIES * rng.normal(size=(tokens, WIDTH))
    # No BLAS, so that no number of threads changes a digit.
    return about["topic"] / WIDTH * np.einsum("td,sd->ts", queries, keys)


def standing(about, ages, rng):
    """Return what keys are worth by themselves, less what they lose with age; heavy hitters lose less."""
    tokens = len(ages)
    heavy = rng.random(tokens) < about["heavy"]
    worth = np.where(heavy, about["stands"], 0.0) + 0.5 * rng.normal(size=tokens)
    found = worth - about["decay"] * np.log1p(ages) * np.where(heavy, 0.35, 1.0)
    if "fades" in about:
        lives = rng.exponential(about["fades"], size=tokens)
        found -= 0.8 * heavy * np.minimum(ages / lives, 4.0)
    return found


def needed_again(about, ages, rng):
    """Return what is added in the moments in which old keys are needed again."""
    tokens, found = len(ages), np.zeros(ages.shape)
    if "silent" in about:
        for key in rng.choice(np.arange(len(SINKS), tokens), tokens // about["silent"], replace=False):
            for at in range(key + (period := int(rng.integers(20, 80))), tokens, period):
                found[at : at + 3, key] += 2.5 + 0.8 * about["decay"] * np.log1p(at - key)
    if "turn" in about:
        for at in range(about["turn"], tokens, about["turn"]):
            found[at : at + 8, : about["turn"] // 2] += 2.5 + about["decay"] * np.log1p(at)
    return found


def with_sinks(logits, rng):
    """Return shares by logits, (tokens, tokens), of which sinks get about a third, now more and now less."""
    tokens, first = len(logits), len(SINKS)
    found = np.zeros(logits.shape)
    rest = np.exp(logits[first:] - logits[first:].max(axis=1, keepdims=True))
    moods = rng.normal(size=tokens)
    for t in range(1, tokens):
        moods[t] = 0.8 * moods[t - 1] + 0.6 * moods[t]
    part = 1 / (1 + np.exp(0.85 - 0.5 * moods[first:, None]))
    found[first:] = (1 - part) * rest / rest.sum(axis=1, keepdims=True)
    found[first:, :first] = part * SINKS
    found[:first, :first] = np.tril(np.ones((first, first)))
    return found / found.sum(axis=1, keepdims=True)


def most_held(attention_, slots):
    """Return the mean share that the `slots` keys with the most of each query have, from when there are more keys."""
    rows = np.sort(attention_[slots:], axis=1)[:, ::-1]
    return float(rows[:, :slots].sum(axis=1).mean())
