"""Second-order steps after every sweep, once there were twenty."""


def due(sweep):
    return sweep >= 20
