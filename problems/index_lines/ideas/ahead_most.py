"""The four keys that were asked for most stand before all others."""


def ahead(counts):
    return sorted(counts, key=counts.get)[-4:]
