def next_pair(at, flows, distances):
    free = [each for each in range(len(at)) if at[each] < 0]
    places = [each for each in range(len(at)) if each not in at]
    first = max(free, key=lambda each: (flows[each].sum(), -each))
    return [first, min(places, key=lambda each: (distances[each].sum(), each))]
