"""A node that is too full gives only its last third to the new one."""


def middle(keys):
    return max(1, 2 * len(keys) // 3)
