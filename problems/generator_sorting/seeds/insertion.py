"""Insertion: one entry after the other is carried forward to behind its predecessor, around the ring."""


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
    """Carry 1 to behind 0, then 2 to behind 1, and so on: X lets the next entry pass, L the one after."""
    ring, n, word = list(ring), len(ring), ""
    for entry in range(1, n):
        more = turn(ring.index(entry), n, letters) if ring[ring.index(entry) - 1] != entry - 1 else ""
        ring, word = apply(ring, more), word + more
        while ring[ring.index(entry) - 1] != entry - 1:
            more = "X" if ring[0] == entry else "LX"
            ring, word = apply(ring, more), word + more
    return word


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
