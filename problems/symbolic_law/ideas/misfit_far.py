"""Count what lies far out for more: a law that bends away there is none."""


def misfit(told, y, x):
    far = (x / x.mean(axis=0)).max(axis=1)
    return float((far * (told - y) ** 2).mean())
