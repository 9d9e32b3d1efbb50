"""Small letters."""


def sort_word(perm, letters):
    return "Ll"
