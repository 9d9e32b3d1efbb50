def match(first, second, costs):
    return [second["labels"].index(label) if label else None for label in first["labels"]]
