def prune(W, H, sparsity, pattern):
    return W * 0
