"""See where it leads to go on to near cities, rather those that are far from the beginning."""


def finish(start, first, rest, far):
    order, rest = [], list(rest)
    while rest:
        start = rest.pop(int((far[start, rest] - 0.2 * far[first, rest]).argmin()))
        order.append(start)
    return order
