import random


def wake(node):
    return [random.randrange(len(node["degrees"])), 0.5, 0, 0, 1, []]
