"""Turn the other way round where a run of turns is longer than half the ring, and leave out whole turns."""

from itertools import groupby


def tidy(word, n, letters):
    word = inner_tidy(word, n, letters)
    runs = [(letter, len(list(run))) for letter, run in groupby(word)]
    signs = {"L": 1, "R": -1}
    return "".join(
        turn(signs[letter] * count, n, letters) if letter in signs else letter * (count % 2) for letter, count in runs
    )
