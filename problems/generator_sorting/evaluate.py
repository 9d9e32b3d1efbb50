"""Judge of generator_sorting: it owns the permutations, asks for words and replays them letter by letter.

Words are applied from left to right. L moves the first entry to the end, R the last one to the front, X exchanges the
first two. A word sorts a permutation if it ends at 0, 1, ..., n-1. LRX is undirected; in LX the way back is around.
"""

import functools
import random
from collections import deque
from fractions import Fraction

from evo.judging import Invalid, ceil_float, draw_seed

# What a word that does not sort counts, in reference lengths: worse than any word within the longest allowed.
UNSORTED = 8
EXACT_UP_TO = 8


def evaluate(candidate, params):
    """Ask for a word for every permutation and score their lengths.

    The objective is the mean over all permutations of word length / reference length, rounded up: the reference is
    n(n-1)/2 for LRX and the formula of `glushkov` for LX, both of them the greatest distance in the graph as far as it
    is known. A word that does not sort, or is longer than 4 n^2, counts 8.

    Args:
        candidate: a program with `sort_word(perm, letters)`.
        params: letters ("LRX" or "LX"), counts (n -> how many), draw, special (adds hard cases).
    """
    letters = params["letters"]
    asked = draw(params)
    answers = candidate.map("sort_word", [(list(perm), letters) for perm in asked])
    words = [check(answer, letters) for answer in answers]
    sorts = [sorts_by(perm, word) for perm, word in zip(asked, words, strict=True)]
    ratios = [
        Fraction(len(word), reference(len(perm), letters)) if good else Fraction(UNSORTED)
        for perm, word, good in zip(asked, words, sorts, strict=True)
    ]
    written = "".join(words)
    left, right, exchanges = (written.count(letter) for letter in "LRX")
    excess = [
        len(word) - distances(len(perm), letters)[perm]
        for perm, word, good in zip(asked, words, sorts, strict=True)
        if good and len(perm) <= EXACT_UP_TO
    ]
    metrics = {"unsorted": sorts.count(False), "worst": ceil_float(max(ratios)), "letters": len(written)}
    if excess:
        metrics["above_exact"] = sum(excess) / len(excess)
    return {
        "objective": ceil_float(sum(ratios, Fraction(0)) / len(ratios)),
        "measures": {
            "exchange_share": exchanges / len(written) if written else 0.0,
            "turn_balance": (left - right) / (left + right) if left + right else 0.0,
        },
        "metrics": metrics,
        "feedback": describe(asked, words, sorts, ratios),
    }


def check(answer, letters):
    """Refuse what is not a word of these letters."""
    if type(answer) is not str:
        raise Invalid(f"word: expected a string, got {type(answer).__name__}")
    for place, letter in enumerate(answer):
        if letter not in letters:
            raise Invalid(f"word: expected letters of {letters}, got {letter!r} at place {place}")
    return answer


def sorts_by(perm, word):
    """Return whether the word, of at most 4 n^2 letters, takes the permutation to 0, 1, ..., n-1."""
    n = len(perm)
    if len(word) > 4 * n * n:
        return False
    ring = deque(perm)
    for letter in word:
        if letter == "L":
            ring.rotate(-1)
        elif letter == "R":
            ring.rotate(1)
        else:
            ring[0], ring[1] = ring[1], ring[0]
    return list(ring) == list(range(n))


def reference(n, letters):
    """Return the length that counts 1."""
    return n * (n - 1) // 2 if letters == "LRX" else glushkov(n)


def glushkov(n):
    """Return the greatest distance in the LX graph: a formula that fits all of n = 5 to 15 (OEIS A039745)."""
    return (3 * n * n - 8 * n + (9 if n % 2 else 12)) // 4


@functools.cache
def distances(n, letters):
    """Return the exact distance of every permutation of n <= 8 entries to the sorted one, by breadth-first search.

    The search starts at the sorted one and goes along edges backwards, so that LX, which is directed, comes out right.
    """
    home = tuple(range(n))
    found, layer = {home: 0}, [home]
    while layer:
        further = []
        for perm in layer:
            before = [(perm[1], perm[0], *perm[2:]), (perm[-1], *perm[:-1])]
            if "R" in letters:
                before.append((*perm[1:], perm[0]))
            for each in before:
                if each not in found:
                    found[each] = found[perm] + 1
                    further.append(each)
        layer = further
    return found


def draw(params):
    """Return the permutations, none of them sorted: a function of the parameters, for some with a run's secret."""
    counts = sorted((int(n), count) for n, count in params["counts"].items())
    rng = random.Random(draw_seed(f"generator sorting, {params['draw']}", params))
    asked = []
    for n, count in counts:
        home = list(range(n))
        rows = [rng.sample(home, n) for _ in range(count)]
        asked += [tuple(row) for row in rows if row != home]
        if params["special"]:
            asked += [(1, 0, *range(n - 1, 1, -1)), tuple(reversed(home))]
    return asked


def describe(asked, words, sorts, ratios):
    """Say for each n how long the words are, and which permutation costs most."""
    parts = []
    for n in sorted({len(perm) for perm in asked}):
        mine = [k for k, perm in enumerate(asked) if len(perm) == n]
        good = [len(words[k]) for k in mine if sorts[k]]
        mean = f"mean length {sum(good) / len(good):.1f}" if good else "no word sorts"
        parts.append(f"n = {n}: {mean}" + (f", {len(mine) - len(good)} unsorted" if len(good) < len(mine) else ""))
    worst = max(range(len(asked)), key=ratios.__getitem__)
    shown = " ".join(map(str, asked[worst]))
    return "; ".join(parts) + f". Worst, {float(ratios[worst]):.2f} of the reference: {shown}."
