"""Move one to three of the smaller circles to random places in the box."""


def move(circles, rng):
    centers = [(x, y) for x, y, _ in circles]
    small = sorted(range(len(circles)), key=lambda k: circles[k][2])[: max(3, len(circles) // 2)]
    right, high = max(x for x, _ in centers), max(y for _, y in centers)
    for k in rng.sample(small, rng.randint(1, min(3, len(small)))):
        centers[k] = (right * rng.random(), high * rng.random())
    return centers
