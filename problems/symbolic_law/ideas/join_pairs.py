"""Let a sum have products of two of anything."""


def join(atoms):
    pairs = [(one, two) for place, one in enumerate(atoms) for two in atoms[place:]]
    return atoms + [(["mul", one[0], two[0]], one[1] * two[1]) for one, two in pairs]
