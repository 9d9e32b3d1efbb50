"""Half of the slots belong to the last keys."""


def safe(t, keys):
    return inner_safe(t, keys) | (keys > t - STATE["slots"] // 2)
