"""Move both potentials against each other until they have one mean, which changes no plan."""


def after(f, g, eps, sweep, memory):
    f, g = yield from inner_after(f, g, eps, sweep, memory)
    shift = (f.mean() - g.mean()) / 2
    return f - shift, g + shift
