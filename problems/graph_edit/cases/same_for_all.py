def match(first, second, costs):
    return [0] * len(first["labels"])
