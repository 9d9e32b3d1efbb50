"""Expect a rise or fall to go on a little."""


def expect(shown):
    return inner_expect(shown) + 0.1 * (shown[-1] - shown[-2])
