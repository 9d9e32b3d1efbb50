def wake(node):
    at = int(node["luck"] * len(node["degrees"]))
    return [at, 0.5, 1.0, 0.2, 2.0 if len(node["degrees"]) > 2 else 0.7, [len(node["memory"])]]
