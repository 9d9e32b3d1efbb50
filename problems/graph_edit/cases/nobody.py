def match(first, second, costs):
    return [None] * len(first["labels"])
