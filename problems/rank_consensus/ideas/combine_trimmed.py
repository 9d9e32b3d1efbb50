"""Of each system's results, the one that is farthest from its score counts half."""


def combine(columns, weights):
    scores = []
    for row, score in zip(zip(*columns, strict=True), inner_combine(columns, weights), strict=True):
        there = [(value, weight) for value, weight in zip(row, weights, strict=True) if value is not None]
        far = max(range(len(there)), key=lambda place: abs(there[place][0] - score))
        there[far] = (there[far][0], there[far][1] / 2)
        whole = sum(weight for _, weight in there) + prior()
        scores.append(sum(value * weight for value, weight in there) / max(whole, 1e-9))
    return scores
