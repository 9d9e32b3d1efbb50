def priority(item, bins):
    return [room > item for room in bins]
