"""Count all that comes to this machine the less, the fewer of it there are."""


def room(jobs, coming):
    return inner_room(jobs, coming) * min(1.0, 0.2 * len(coming["start"]))
