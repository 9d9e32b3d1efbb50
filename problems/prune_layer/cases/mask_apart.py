def prune(W, H, sparsity, pattern):
    return {"weights": W, "mask": W > 0}
