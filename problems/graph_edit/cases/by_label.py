def match(first, second, costs):
    return [second["labels"].index(label) for label in first["labels"]]
