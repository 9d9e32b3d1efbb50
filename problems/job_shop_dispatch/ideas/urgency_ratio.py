"""First whatever is short relative to the work left of its job (SPT/TWKR)."""


def urgency(jobs):
    return 100 * jobs["time"] / (jobs["time"] + jobs["tail"])
