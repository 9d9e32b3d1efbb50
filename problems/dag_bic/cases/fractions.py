def learn(correlations, samples):
    return [[], *([0.0] for _ in correlations[1:])]
