"""The job with the most operations left first (MOPNR)."""

import numpy as np


def delay(jobs):
    """Return what waiting costs each job in conflict: so much that nothing waits that could begin now."""
    return 1000 * jobs["start"]


def urgency(jobs):
    """Return who goes first, lowest number first: the most operations left."""
    return -jobs["steps"]


def behind(jobs, shop):
    """Return what the work that is left of a job adds to that; nothing."""
    return 0 * jobs["tail"]


def ahead(jobs, shop):
    """Return what the machine after this one adds; nothing."""
    return 0 * jobs["next_time"]


def room(jobs, coming):
    """Return what all that still comes to this machine adds; nothing."""
    return 0 * jobs["time"]


def choose(jobs, coming, shop):
    """Return the place in the list of the job that goes first."""
    jobs = {name: np.array(values, float) for name, values in jobs.items()}
    coming = {name: np.array(values, float) for name, values in coming.items()}
    cost = delay(jobs) + urgency(jobs) + behind(jobs, shop) + ahead(jobs, shop) + room(jobs, coming)
    return int(np.argmin(cost))
