"""Judge of kissing_number: angles decided in integers; nothing is rounded, nothing is repaired."""

from operator import mul

from evo.judging import Invalid, integer, items

MAX_VECTORS = 1400
"""Above the proved upper bound of 12 dimensions (1355), and cheap to check."""

LARGEST = 1 << 60
MAX_COORDINATES = 20_000


def evaluate(output, params):
    """Score one raw output of `kiss`: a list of integer vectors with d coordinates each.

    Returns their number, when every two enclose an angle of at least 60 degrees.
    """
    d = params["d"]
    given = items(output, "vectors")
    if not given:
        raise Invalid("vectors: expected at least one vector, got an empty list")
    if len(given) > MAX_VECTORS or len(given) * d > MAX_COORDINATES:
        most = min(MAX_VECTORS, MAX_COORDINATES // d)
        raise Invalid(f"vectors: expected at most {most} of {d} coordinates, got {len(given)}")
    vectors = [vector(row, f"vector {index}", d) for index, row in enumerate(given)]
    count, touching = len(vectors), contacts(vectors)
    zeros = sum(not value for row in vectors for value in row)
    degree = 2 * touching / count
    return {
        "objective": float(count),
        "measures": {"zero_share": zeros / (count * d), "contacts": degree / count},
        "metrics": {"vectors": count, "contacts": touching, "norms": len({sum(map(mul, v, v)) for v in vectors})},
        "feedback": (
            f"{count} vectors in {d} dimensions, each at exactly 60 degrees to {degree:.1f} others on average; "
            f"{100 * zeros / (count * d):.0f} percent of the coordinates are zero."
        ),
    }


def vector(row, what, d):
    """Return one vector of exact integers that is not zero."""
    values = tuple(integer(value, what, low=-LARGEST, high=LARGEST) for value in items(row, what, count=d))
    if not any(values):
        raise Invalid(f"{what} is zero; expected a direction")
    return values


def contacts(vectors):
    """Count pairs at exactly 60 degrees, and refuse the first below: cos > 1/2 means 4 <x,y>^2 > |x|^2 |y|^2."""
    norms = [sum(map(mul, v, v)) for v in vectors]
    found = 0
    for j, b in enumerate(vectors):
        norm = norms[j]
        for i in range(j):
            product = sum(map(mul, vectors[i], b))
            if product > 0:
                excess = 4 * product * product - norms[i] * norm
                if excess > 0:
                    raise Invalid(f"vectors {i} and {j} enclose an angle below 60 degrees")
                found += not excess
    return found
