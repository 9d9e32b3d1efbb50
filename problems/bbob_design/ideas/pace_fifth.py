"""Lengthen the steps after a success, shorten them after a failure."""


def pace(state):
    state["step"] = min(5.0, state["step"] * (1.2 if state["won"] else 0.9))
