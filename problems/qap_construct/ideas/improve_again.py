"""Improve once more what was improved."""


def improve(at, movable, flows, far):
    return inner_improve(inner_improve(at, movable, flows, far), movable, flows, far)
