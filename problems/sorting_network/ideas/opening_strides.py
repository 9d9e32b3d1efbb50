"""After the opening compare wires at a distance, halving the distance from layer to layer as Shell sort does."""


def opening(n):
    network, stride = inner_opening(n), n // 2
    while stride > 1:
        network += [[i, i + stride] for i in range(n - stride) if i // stride % 2 == 0]
        stride //= 2
    return network
