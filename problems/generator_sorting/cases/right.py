"""Right turns."""


def sort_word(perm, letters):
    return "R"
