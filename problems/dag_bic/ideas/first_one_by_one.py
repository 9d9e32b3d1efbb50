"""Begin with an order that is put together node by node, each time the node that costs most behind the others last."""


def first(d):
    order, left = [], list(range(d))
    while left:
        costs = [(score(node, chosen_parents(node, set(left) - {node})), node) for node in left]
        order.append(min(costs)[1])
        left.remove(order[-1])
    return order[::-1]
