"""Let the two values flow together the slower, the slower the network is."""


def mix(node):
    return 0.8 / node["slowness"]
