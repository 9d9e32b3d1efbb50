def learn(correlations, samples):
    return [[], *([-1] for _ in correlations[1:])]
