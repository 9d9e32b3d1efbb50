"""Count the ways behind all followers a little, not the longest alone."""


def besides(which, kinds, way, after):
    return 0.1 * sum(way[each] for each in after[which])
