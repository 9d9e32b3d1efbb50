"""Let the longer string be the second one, so that there are fewer and longer rows."""


def middle(a, b):
    a, b = inner_middle(a, b)
    return (a, b) if len(a) <= len(b) else (b, a)
