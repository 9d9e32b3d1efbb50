"""Try twenty times as many changes."""


def rounds(n):
    return 20 * inner_rounds(n)
