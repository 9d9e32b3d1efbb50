def next_city(here, first, left, distances):
    return left[0] if here == first else here
