"""Improve the way once more."""


def improve(here, path, first, far):
    return inner_improve(here, inner_improve(here, path, first, far), first, far)
