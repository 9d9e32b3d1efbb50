"""Expect what the last window had, drawn a little towards the mean of all."""


def expect(shown):
    return shown[-1] + 0.2 * (shown.mean(axis=0) - shown[-1])
