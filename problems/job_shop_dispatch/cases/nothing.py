def choose(jobs, coming, shop):
    return None
