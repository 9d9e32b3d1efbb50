"""Open fresh bins for large items, which hardly fit together with another large one."""


def fresh(item, capacity):
    return -0.1 * capacity if item > 0.5 * capacity else inner_fresh(item, capacity)
