"""Take a city a little sooner that is far from all others."""


def worth(here, path, first, far):
    others = [far[path[0], city] for city in path[1:]]
    return inner_worth(here, path, first, far) - 0.1 * min(others, default=0)
