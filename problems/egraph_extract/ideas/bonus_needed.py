"""What was needed the last time is cheaper now."""


def bonus(cost):
    return 0.7 * cost
