"""Without the heaviest expert the rest is light."""


def place(history, gpus, room):
    experts = history.shape[2]
    layers = []
    for layer in range(history.shape[1]):
        heavy = int(history[-1, layer].argmax())
        rest = [each for each in range(experts) if each != heavy]
        every = [rest[place % len(rest)] for place in range(gpus * room)]
        layers.append([every[gpu::gpus] for gpu in range(gpus)])
    return layers
