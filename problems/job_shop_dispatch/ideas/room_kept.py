"""Keep the machine for a job that comes before this one would end, and has more behind it."""


def room(jobs, coming):
    cost = 0 * jobs["time"]
    for start, tail in zip(coming["start"], coming["tail"], strict=True):
        over = jobs["start"] + jobs["time"] - start
        cost += 0.2 * (over > 0) * (tail > jobs["tail"]) * over
    return cost
