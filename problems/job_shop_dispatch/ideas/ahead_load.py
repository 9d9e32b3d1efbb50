"""Sooner the jobs that go on to a machine with much work to come."""


def ahead(jobs, shop):
    return -0.04 * jobs["next_load"]
