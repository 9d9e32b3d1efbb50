def next_city(here, first, left, distances):
    city = left[0]
    left.clear()
    distances = distances * 0
    return city
