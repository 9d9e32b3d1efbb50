"""Keep whoever was used most often, all uses counting alike."""


def value(state, t):
    return state["count"]
