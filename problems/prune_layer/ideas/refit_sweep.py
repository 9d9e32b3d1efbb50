"""Put each weight that stays where it would be best, half of the way, one column after the other, once."""


def refit(W, mask, H):
    V = inner_refit(W, mask, H)
    for j in range(W.shape[1]):
        V[:, j] -= mask[:, j] * ((V - W) @ H[:, j]) / (2 * H[j, j])
    return V
