"""Who has more followers is a little before others."""


def besides(which, kinds, way, after):
    return inner_besides(which, kinds, way, after) + 0.2 * len(after[which])
