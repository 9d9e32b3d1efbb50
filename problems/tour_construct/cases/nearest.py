def next_city(here, first, left, distances):
    return min(left, key=lambda city: (distances[here, city], city))
