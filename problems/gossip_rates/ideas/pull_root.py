"""Move the second values further where mixing is slow: momentum."""


def pull(node, at):
    return 0.4 * (node["slowness"] / node["resistance"]) ** 0.5
