"""Go on with a dearer choice too, less and less so."""


def margin(share):
    return 0.01 * (1 - share)
