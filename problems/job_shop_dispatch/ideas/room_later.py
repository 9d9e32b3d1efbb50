"""Count how late the rest would end on this machine, longest tail first, once a job has had it."""

import numpy as np


def last_end(job, others):
    start, time, tail = job
    now, end = start + time, start + time + tail
    others = list(others)
    while others:
        now = max(now, min(each[0] for each in others))
        chosen = max((each for each in others if each[0] <= now), key=lambda each: each[2])
        others.remove(chosen)
        now += chosen[1]
        end = max(end, now + chosen[2])
    return end


def room(jobs, coming):
    here = list(zip(jobs["start"], jobs["time"], jobs["tail"], strict=True))
    later = list(zip(coming["start"], coming["time"], coming["tail"], strict=True))
    return np.array([0.15 * last_end(job, here[:at] + here[at + 1 :] + later) for at, job in enumerate(here)])
