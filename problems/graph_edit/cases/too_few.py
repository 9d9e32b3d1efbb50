def match(first, second, costs):
    return [0]
