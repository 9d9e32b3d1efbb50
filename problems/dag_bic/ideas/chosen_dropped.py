"""Drop parents again that others make needless."""


def chosen_parents(node, before):
    found = inner_chosen_parents(node, before)
    while found:
        cost, each = min((score(node, [p for p in found if p != each]), each) for each in found)
        if cost >= score(node, found) - 1e-9:
            break
        found = [p for p in found if p != each]
    return found
