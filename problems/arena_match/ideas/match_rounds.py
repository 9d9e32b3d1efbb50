"""Show everybody once before anybody is shown again, in new groups each time."""


def match(t):
    if len(WORLD.get("round", ())) < WORLD["k"]:
        WORLD["round"] = list(WORLD["rng"].permutation(WORLD["n"]))
    return [WORLD["round"].pop() for _ in range(WORLD["k"])]
