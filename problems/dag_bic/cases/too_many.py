def learn(correlations, samples):
    return [list(range(node)) for node in range(len(correlations))]
