"""Let a job wait a while for the machine where it is much more urgent than those that are there."""


def delay(jobs):
    return 3 * jobs["start"]
