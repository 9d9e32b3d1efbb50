"""Choose again, four times."""


def passes():
    return 4
