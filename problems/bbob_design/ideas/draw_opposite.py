"""Draw every second point on the other side of the mean from the one before it."""


def draw(state, count, rng):
    points = inner_draw(state, count, rng)
    points[1::2] = 2 * state["mean"] - points[0::2][: len(points) // 2]
    return points
