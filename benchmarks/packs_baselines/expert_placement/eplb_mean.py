"""The published balancer on the mean of all windows that were shown."""


def place(history, gpus, room):
    """Return each layer's GPUs with their experts; `history` is (windows, layers, experts)."""
    return [balanced([float(each) for each in tokens], gpus, room) for tokens in history.mean(axis=0)]


def balanced(tokens, gpus, room):
    """Return what each GPU holds of one layer's experts."""
    copies = [1] * len(tokens)
    for _ in range(gpus * room - len(tokens)):
        most = max(range(len(tokens)), key=lambda which: tokens[which] / copies[which])
        copies[most] += 1
    each = [load / count for load, count in zip(tokens, copies, strict=True)]
    held, loads = [[] for _ in range(gpus)], [0.0] * gpus
    for which in sorted(range(len(tokens)), key=lambda which: -each[which]):
        for _ in range(copies[which]):
            gpu = min((gpu for gpu in range(gpus) if len(held[gpu]) < room), key=lambda gpu: loads[gpu])
            held[gpu].append(which)
            loads[gpu] += each[which]
    return held
