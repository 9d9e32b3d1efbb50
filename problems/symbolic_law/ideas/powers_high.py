"""Add cubes and inverse squares of the variables besides."""


def powers(x):
    found = inner_powers(x)
    for i, values in enumerate(x.T):
        found += [(["pow", ["x", i], p], values**p) for p in (3.0, -2.0)]
    return found
