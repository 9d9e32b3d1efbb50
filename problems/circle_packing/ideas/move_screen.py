"""Draw several moves and go on with the one whose radii promise most before any polishing."""


def move(circles, rng):
    draws = [inner_move(circles, rng) for _ in range(3)]
    return max(draws, key=lambda centers: sum(radii(centers)))
