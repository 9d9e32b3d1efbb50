"""Divide how often an expert was used by how long ago that was."""


def value(state, t):
    return state["count"] / (1.0 + t - state["last"])
