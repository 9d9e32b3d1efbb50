"""Sooner the jobs that have much work behind this operation."""


def behind(jobs, shop):
    return -0.2 * jobs["tail"]
