"""Begin at one and quarter the eps every sweep."""


def warmth(sweep, eps):
    return max(eps, 0.25**sweep)
