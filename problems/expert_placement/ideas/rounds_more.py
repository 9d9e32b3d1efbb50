"""Try ten times as many exchanges."""


def rounds():
    return 10 * inner_rounds()
