def next_city(here, first, left, distances):
    return None
