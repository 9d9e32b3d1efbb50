def match(first, second, costs):
    return [0.0, *[None] * (len(first["labels"]) - 1)]
