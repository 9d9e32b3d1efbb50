"""Bubble sort: neighbours that are out of order, in one pass after another; the ring is turned to each."""


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


def order(ring, letters):
    """Sort as on a line and turn back to where it began."""
    ring, n, at, word = list(ring), len(ring), 0, ""
    for end in range(n - 1, 0, -1):
        for i in range(end):
            if ring[i] > ring[i + 1]:
                word += turn(i - at, n, letters) + "X"
                ring[i], ring[i + 1], at = ring[i + 1], ring[i], i
    return word + turn(-at, n, letters)


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
