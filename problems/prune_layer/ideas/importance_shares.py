"""Weights count by their share of what their row and their column hold."""


def importance(W, H):
    scores = inner_importance(W, H)
    return scores / scores.sum(axis=1, keepdims=True) + scores / scores.sum(axis=0, keepdims=True)
