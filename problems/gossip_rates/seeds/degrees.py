"""Rather a neighbour that has many neighbours, and both take the mean."""


def weigh(node):
    """Return how likely each neighbour is to be chosen, in any unit: its own neighbours' number."""
    return [float(degree) for degree in node["degrees"]]


def share(node, at):
    """Return which part of the difference to the neighbour is moved; with a half both have the mean."""
    return 0.5


def pull(node, at):
    """Return which part of that difference is moved between the second values; none."""
    return 0.0


def mix(node):
    """Return at which rate a node's two values flow together from now on; not at all."""
    return 0.0


def pace(node):
    """Return how often this node wakes from now on, in a unit of time."""
    return 1.0


def note(node, at):
    """Return what the node is told again when it wakes next, at most four numbers."""
    return []


def wake(node):
    """Return the chosen neighbour's place in the lists, share, pull, mix, pace, and what to remember."""
    weights = [max(0.0, weight) + 1e-12 for weight in weigh(node)]
    left, at = node["luck"] * sum(weights), 0
    while at + 1 < len(weights) and left >= weights[at]:
        left -= weights[at]
        at += 1
    return [at, share(node, at), pull(node, at), mix(node), pace(node), note(node, at)]
