"""Now and then exchange the places of a small and a large circle by shifting both towards each other's centre."""


def move(circles, rng):
    if len(circles) < 2 or rng.random() < 0.6:
        return inner_move(circles, rng)
    i, j = rng.sample(range(len(circles)), 2)
    centers = [(x, y) for x, y, _ in circles]
    (xi, yi, ri), (xj, yj, rj) = circles[i], circles[j]
    share = min(1.0, abs(ri - rj) / (ri + rj + 1e-12) + 0.5)
    centers[i] = (xi + share * (xj - xi), yi + share * (yj - yi))
    centers[j] = (xj + share * (xi - xj), yj + share * (yi - yj))
    return centers
