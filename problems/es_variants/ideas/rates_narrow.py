"""Look closer to the mean as time goes by."""


def rates(sigma, generation, generations):
    noise, lr = inner_rates(sigma, generation, generations)
    return noise * (1 - 0.7 * generation / generations), lr
