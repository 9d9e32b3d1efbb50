def next_city(here, first, left, distances):
    return max(left, key=lambda city: (distances[here, city], city))
