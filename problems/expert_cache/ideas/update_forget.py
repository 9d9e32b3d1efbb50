"""Forget half of everything when a token uses nobody who was used shortly before."""


def update(state, t, used, seen):
    if (state["last"][used] < t - 16).all():
        state["mean"] *= 0.5
        state["count"] *= 0.5
    inner_update(state, t, used, seen)
