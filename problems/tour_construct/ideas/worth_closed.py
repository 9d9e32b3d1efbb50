"""Count the way back to the beginning."""


def worth(here, path, first, far):
    return far[[here, *path], [*path, first]].sum()
