"""Go on with a worse order too, less and less so."""


def margin(share):
    return 1.0 * (1 - share)
