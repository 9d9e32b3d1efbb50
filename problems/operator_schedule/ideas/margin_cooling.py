"""Go on with a worse schedule too, less and less so."""


def margin(share):
    return 0.5 * (1 - share)
