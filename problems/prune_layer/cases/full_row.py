def prune(W, H, sparsity, pattern):
    V = W * 0
    V[0] = W[0]
    return V
