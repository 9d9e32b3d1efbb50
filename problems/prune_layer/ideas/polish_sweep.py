"""Put each weight that stays where it would be best, half of the way, one column after the other, once."""


def polish(V, W, mask, H):
    V = V.copy()
    for j in range(W.shape[1]):
        V[:, j] -= mask[:, j] * ((V - W) @ H[:, j]) / (2 * max(H[j, j], 1e-12))
    return V
