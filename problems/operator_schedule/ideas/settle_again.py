"""Build the schedule once more, whoever began first going first."""


def settle(begins, kinds, needs, delay, units):
    before = inner_settle(begins, kinds, needs, delay, units)
    again = build(kinds, needs, delay, units, [-begin for begin in before])
    return min(begins, before, again, key=lambda found: steps(kinds, delay, found))
