"""Turn for ever."""


def sort_word(perm, letters):
    return "L" * (4 * len(perm) ** 2 + len(perm))
