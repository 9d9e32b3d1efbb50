"""Return no word at all."""


def sort_word(perm, letters):
    return ""
