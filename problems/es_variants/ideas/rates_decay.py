"""Let the step size fall towards the end, so that the mean comes to rest."""


def rates(sigma, generation, generations):
    noise, lr = inner_rates(sigma, generation, generations)
    left = 1 - generation / generations
    return noise, lr * (0.1 + 0.9 * left)
