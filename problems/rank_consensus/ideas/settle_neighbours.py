"""Neighbours in the order change places where more of the tasks that both took part in say so."""


def settle(order, columns, weights):
    order = list(order)
    for _ in range(len(order)):
        for place in range(len(order) - 1):
            one, other = order[place : place + 2]
            said = [(c[one], c[other], weight) for c, weight in zip(columns, weights, strict=True)]
            if sum(w * ((b > a) - (a > b)) for a, b, w in said if a is not None and b is not None) > 0:
                order[place : place + 2] = [other, one]
    return order
