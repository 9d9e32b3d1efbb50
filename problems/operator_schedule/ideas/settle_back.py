"""Schedule backwards instead, from the end on, whoever ended last going first."""


def settle(begins, kinds, needs, delay, units):
    ends = [begin + delay[kind] for begin, kind in zip(begins, kinds, strict=True)]
    size = len(kinds) - 1
    turned = [[size - each for each in after] for after in followers(needs)[::-1]]
    back = build(kinds[::-1], turned, delay, units, ends[::-1])[::-1]
    late = [-begin - delay[kind] for begin, kind in zip(back, kinds, strict=True)]
    return [begin - min(late) for begin in late]
