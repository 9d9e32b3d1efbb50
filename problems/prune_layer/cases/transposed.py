def prune(W, H, sparsity, pattern):
    return W.T * 0
