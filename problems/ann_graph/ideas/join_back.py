"""Links that lead one way only are mirrored where there is room."""


def join(points, links, degree, rng):
    both = [list(ids) for ids in links]
    for node, ids in enumerate(links):
        for other in ids:
            if len(both[other]) < degree and node not in both[other]:
                both[other].append(node)
    return both
