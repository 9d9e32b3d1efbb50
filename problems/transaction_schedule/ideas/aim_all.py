"""Orders that end alike are told apart by when their transactions end on average."""


def aim(found):
    return inner_aim(found) + 0.05 * sum(found) / len(found)
