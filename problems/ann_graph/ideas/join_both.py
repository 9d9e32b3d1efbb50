"""Links lead both ways; who gets too many gives some up."""


def join(points, links, degree, rng):
    both = [dict.fromkeys(ids) for ids in links]
    for node, ids in enumerate(links):
        for other in ids:
            both[other][node] = None
    lists = [list(ids) for ids in both]
    return [ids if len(ids) <= degree else trim(points, node, ids, degree) for node, ids in enumerate(lists)]
