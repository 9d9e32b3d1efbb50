"""One operator after another."""


def schedule(kinds, needs, delay, units):
    begins, now = [], 0
    for kind in kinds:
        begins.append(now)
        now += delay[kind]
    return begins
