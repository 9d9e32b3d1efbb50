MAPS = []


def next_city(here, first, left, distances):
    MAPS.append(here)
    return left[0] if len(MAPS) == 1 else -1
