"""Try twenty times as many changes."""


def rounds():
    return 20 * inner_rounds()
