"""Thin out rooms that many bins have, so that rooms of all sizes stay on offer (in the spirit of sums of squares)."""


def priority(item, bins):
    count = {}
    for room in bins[:-1]:
        count[room] = count.get(room, 0) + 1
    rated = inner_priority(item, bins)
    change = [count.get(room, 0) - count.get(room - item, 0) for room in bins]
    last = len(bins) - 1
    return [score + change[i] if i < last else score for i, score in enumerate(rated)]
