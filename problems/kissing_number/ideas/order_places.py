"""Exchange the coordinates by a random permutation before the candidates are sorted."""


def order(vectors, rng):
    places = list(range(len(vectors[0])))
    rng.shuffle(places)
    return [[row[place] for place in places] for row in inner_order(vectors, rng)]
