"""Judge of edit_distance: both gains over the reference, of answers that are the reference's own."""

import math
import random

from evo.judging import Invalid, items
from evo.judging.timing import compare

ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def evaluate(candidate, params):
    """Return the geometric mean of the gains on pairs that are nearly alike and on pairs that are not.

    Pairs come from the system's randomness: what cannot be known beforehand cannot be looked up.
    """
    near, far = (measured(candidate, params, alike=alike) for alike in (True, False))
    objective = math.sqrt(near.median * far.median)
    # The relative errors of both, each halved by the root.
    error = objective * math.hypot(near.error / near.median, far.error / far.median) / 2
    return {
        "objective": objective,
        "error": error,
        "measures": {"near_over_far": near.median / far.median},
        "metrics": {
            "near": near.median,
            "far": far.median,
            "rounds": near.rounds + far.rounds,
            "interval": max((each.high - each.low) / each.median for each in (near, far)),
        },
        "feedback": f"Pairs nearly alike: {near.words}. Others: {far.words}.",
    }


def measured(candidate, params, *, alike):
    """Return the gain on one kind of pairs."""
    rng, known = random.SystemRandom(), {}

    def work(live, number):
        pairs, answers = known.setdefault(number, (drawn(rng, params, alike=alike), []))
        found = answered(live, pairs, runs=params.get("runs", False))
        answers.append(found)
        if len(answers) == 2:
            check(pairs, *(answers if number % 2 else answers[::-1]))
            del known[number]

    limits = {"width": params["width"], "cpu_seconds": params["cpu_seconds"]}
    return compare(candidate, candidate.reference, work, **limits)


def answered(live, pairs, *, runs):
    """Return the distances that a program gives: one in Python is called, one in C is run."""
    if runs:
        return items(live.run({"pairs": pairs}), "the list of distances", count=len(pairs))
    return live.map("distance", pairs)


def check(pairs, found, wanted):
    """Refuse an answer that is not the reference's.

    Raises:
        Invalid: it is none.
    """
    for (a, b), distance, right in zip(pairs, found, wanted, strict=True):
        if type(distance) is not int or distance != right:
            raise Invalid(
                f"distance of two strings of {len(a)} and {len(b)} letters: expected the whole number {right}; got "
                f"{distance!r:.40}"
            )


def drawn(rng, params, *, alike):
    """Return pairs of strings; of those that are alike the second one has single letters changed, lost and added."""
    letters = ALPHABET[: params["letters"]]
    pairs = []
    for _ in range(params["pairs"]):
        a = [rng.choice(letters) for _ in range(params["length"])]
        b = edited(rng, a, letters, params["apart"]) if alike else [rng.choice(letters) for _ in a]
        pairs.append(("".join(a), "".join(b)))
    return pairs


def edited(rng, text, letters, apart):
    """Return a text with one letter in `apart` changed, lost or followed by another."""
    found = []
    for letter in text:
        fate = rng.randrange(3 * apart)
        if fate == 0:
            continue
        found.append(rng.choice(letters) if fate == 1 else letter)
        if fate == 2:
            found.append(rng.choice(letters))
    return found
