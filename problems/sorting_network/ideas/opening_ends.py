"""Begin by comparing the wires that lie opposite to each other: first with last, second with last but one."""


def opening(n):
    return [[i, n - 1 - i] for i in range(n // 2)]
