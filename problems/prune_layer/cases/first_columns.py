def prune(W, H, sparsity, pattern):
    V = W * 0
    V[:, : int(W.shape[1] * (1 - sparsity) + 1e-9)] = W[:, : int(W.shape[1] * (1 - sparsity) + 1e-9)]
    return V
