"""Sweep: always turn left, exchange what is out of order; every entry is tried as the least one of the ring."""

from itertools import pairwise


def apply(ring, word):
    """Return the ring after a word."""
    ring = list(ring)
    for letter in word:
        if letter == "L":
            ring.append(ring.pop(0))
        elif letter == "R":
            ring.insert(0, ring.pop())
        else:
            ring[0], ring[1] = ring[1], ring[0]
    return ring


def turn(steps, n, letters):
    """Return the word that turns the ring to the left by a number of steps, the shorter way round if there are two."""
    steps %= n
    return "R" * (n - steps) if "R" in letters and n - steps < steps else "L" * steps


def cyclic(ring):
    """Return whether every entry follows its predecessor around the ring."""
    return all((after - before) % len(ring) == 1 for before, after in pairwise(ring))


def sweep(ring, letters):
    """Return the word of one sweep after another, up to the letter that brings the ring into cyclic order."""
    ring, n, word = list(ring), len(ring), ""
    while not cyclic(ring):
        exchange = word[-1:] != "X" and ring[0] > ring[1] and (ring[0], ring[1]) != (n - 1, 0)
        letter = "X" if exchange else "L"
        ring, word = apply(ring, letter), word + letter
    return word


def order(ring, letters):
    """Try every entry as the least one of the ring; keep the sweep that is shortest with the last turn."""
    n, words = len(ring), []
    for least in range(n):
        word = sweep([(entry - least) % n for entry in ring], letters)
        home = apply(ring, word).index(0)
        words.append((len(tidy(word + turn(home, n, letters), n, letters)), word))
    return min(words)[1]


def tidy(word, n, letters):
    """Take out letters that undo each other."""
    undoes, kept = {"L": "R", "R": "L", "X": "X"}, []
    for letter in word:
        if kept and kept[-1] == undoes[letter]:
            kept.pop()
        else:
            kept.append(letter)
    return "".join(kept)


def sort_word(perm, letters):
    """Return a word that sorts: first the cyclic order, then the turn that brings 0 to the front."""
    word = order(perm, letters)
    return tidy(word + turn(apply(perm, word).index(0), len(perm), letters), len(perm), letters)
