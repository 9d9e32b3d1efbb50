"""Schedules that take equally many steps are told apart by when their operators begin on average."""


def aim(kinds, delay, begins):
    return inner_aim(kinds, delay, begins) + 0.05 * sum(begins) / len(begins)
