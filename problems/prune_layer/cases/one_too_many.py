def prune(W, H, sparsity, pattern):
    V = W * 0
    V.reshape(-1)[: int(W.size * (1 - sparsity) + 1e-9) + 1] = 1.0
    return V
