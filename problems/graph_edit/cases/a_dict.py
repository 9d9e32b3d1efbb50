def match(first, second, costs):
    return {str(node): node for node in range(len(second["labels"]))}
