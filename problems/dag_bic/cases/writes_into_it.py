def learn(correlations, samples):
    if correlations.flags.writeable:
        correlations[:] = 0
    return [[] for _ in correlations]
