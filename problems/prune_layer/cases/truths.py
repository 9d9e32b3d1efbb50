def prune(W, H, sparsity, pattern):
    return W > 1e9
