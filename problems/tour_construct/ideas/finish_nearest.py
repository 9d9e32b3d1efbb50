"""See where it leads to go on to whichever city is nearest (the pilot method)."""


def finish(start, first, rest, far):
    order, rest = [], list(rest)
    while rest:
        start = rest.pop(int(far[start, rest].argmin()))
        order.append(start)
    return order
