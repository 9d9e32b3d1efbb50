def choose(jobs, coming, shop):
    now = list(zip(jobs["start"], jobs["time"], strict=True))
    return now.index(min(now))
