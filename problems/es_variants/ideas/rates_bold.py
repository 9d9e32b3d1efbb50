"""Take larger steps."""


def rates(sigma, generation, generations):
    noise, lr = inner_rates(sigma, generation, generations)
    return noise, 1.5 * lr
