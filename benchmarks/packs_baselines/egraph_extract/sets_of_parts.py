"""Bottom up with the set of all that a choice brings along: shared parts are paid once (greedy extraction of DAGs)."""


def extract(classes, root):
    """Return for each class the place of its chosen node, -1 where it is not needed."""
    best = [None] * len(classes)  # (cost, {class: place} of all that is brought along)
    changed = True
    while changed:
        changed = False
        for at, nodes in enumerate(classes):
            for place, (_, below) in enumerate(nodes):
                found = brought(classes, best, at, place, below)
                if found is not None and (best[at] is None or found[0] < best[at][0]):
                    best[at], changed = found, True
    chosen = best[root][1]
    return [chosen.get(at, -1) for at in range(len(classes))]


def brought(classes, best, at, place, below):
    """Return cost and choice of a node with all that it takes, None where it takes itself or what is not known yet."""
    choice = {at: place}
    for child in below:
        if best[child] is None or at in best[child][1]:
            return None
        choice = {**best[child][1], **choice}
    return sum(classes[each][node][0] for each, node in choice.items()), choice
