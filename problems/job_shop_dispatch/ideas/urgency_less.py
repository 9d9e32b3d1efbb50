"""First whatever is short and has much behind it, both counted a little."""


def urgency(jobs):
    return 0.4 * jobs["time"] - 0.1 * jobs["tail"] - 0.5 * jobs["steps"]
