"""Take a bin that the item fills completely before anything else."""


def fit(item, room, capacity):
    return inner_fit(item, room, capacity) + (capacity if room == item else 0.0)
