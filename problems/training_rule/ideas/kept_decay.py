"""Parameters shrink a little at every step."""


def kept(params, t):
    return params * (1 - 0.1 * rate(t))
