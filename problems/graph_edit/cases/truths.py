def match(first, second, costs):
    return [True, *[None] * (len(first["labels"]) - 1)]
