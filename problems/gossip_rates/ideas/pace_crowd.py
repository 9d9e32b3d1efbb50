"""Whoever has many neighbours wakes more often."""


def pace(node):
    return len(node["degrees"]) ** 0.3
