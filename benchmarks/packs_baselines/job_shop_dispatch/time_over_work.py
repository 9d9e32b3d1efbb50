"""First whatever is short relative to the work left of its job (SPT/TWKR), of those that can begin at once."""


def choose(jobs, coming, shop):
    """Return the place in the list of the job that goes first."""

    def key(place):
        time = jobs["time"][place]
        return jobs["start"][place], time / (time + jobs["tail"][place])

    return min(range(len(jobs["time"])), key=key)
