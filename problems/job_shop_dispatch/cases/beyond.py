def choose(jobs, coming, shop):
    return len(jobs["time"])
