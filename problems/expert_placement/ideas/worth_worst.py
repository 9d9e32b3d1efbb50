"""The worst of all scenes counts once more."""


def worth(loads, counts):
    return inner_worth(loads, counts) + 0.5 * float(loads.max())
