"""Order the ring read backwards, where right turns stand for left ones; keep the shorter of both words."""


def order(ring, letters):
    word, n = inner_order(ring, letters), len(ring)
    if "R" not in letters:
        return word
    mirrored = [(n - 1 - entry) % n for entry in [ring[1], ring[0], *ring[:1:-1]]]
    other = inner_order(mirrored, letters).translate(str.maketrans("LR", "RL"))
    return min(word, other, key=lambda each: len(tidy(each, n, letters)))
