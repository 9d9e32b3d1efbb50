def match(first, second, costs):
    return [len(second["labels"]), *[None] * (len(first["labels"]) - 1)]
