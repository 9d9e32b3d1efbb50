"""Whoever is used most seldom is sent away, old uses counting less."""


def value(state, t):
    return state["mean"]
