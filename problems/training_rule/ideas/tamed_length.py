"""No gradient is longer than one."""


def tamed(grad, t):
    return grad / max(1.0, float(grad @ grad) ** 0.5)
