"""Rate a bin by how little room the item leaves in it, as best fit does."""


def fit(item, room, capacity):
    return -(room - item)
