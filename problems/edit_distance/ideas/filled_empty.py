"""Fill in nothing where one of the strings is empty."""


def filled(a, b):
    return inner_filled(a, b) if a and b else len(a) + len(b)
