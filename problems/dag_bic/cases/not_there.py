def learn(correlations, samples):
    return [[len(correlations)], *([] for _ in correlations[1:])]
