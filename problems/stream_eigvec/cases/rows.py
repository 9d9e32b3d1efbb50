def absorb(state, block, most):
    return block.tolist()


def answer(state, d):
    return [1.0, 0.0, 0.0, 0.0]
