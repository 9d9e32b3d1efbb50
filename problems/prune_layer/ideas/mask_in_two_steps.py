"""Choose in two steps: half as sparse first, then among what a refit makes of the rest."""


def mask_of(W, H, sparsity, pattern):
    if pattern == "2:4":
        return inner_mask_of(W, H, sparsity, pattern)
    first = inner_mask_of(W, H, sparsity / 2, pattern)
    return inner_mask_of(refit(W, first, H), H, sparsity, pattern)
