def choose(jobs, coming, shop):
    return list(range(len(jobs["time"])))
