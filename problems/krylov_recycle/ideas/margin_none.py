"""End as soon as the tolerance is reached."""


def margin():
    return 0.9
