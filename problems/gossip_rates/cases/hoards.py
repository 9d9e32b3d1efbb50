ALL = []


def wake(node):
    ALL.append(max(node["gaps"], key=abs))
    return [0, 0.5 if abs(ALL[-1]) < sum(map(abs, ALL)) / len(ALL) else 0.6, 0, 0, 1, []]
