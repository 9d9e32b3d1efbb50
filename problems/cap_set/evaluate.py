"""Judge of cap_set: exact, by looking for the third vector of every pair."""

from evo.judging import Invalid, integer, items

MAX_DIGITS = 10


def evaluate(output, params):
    """Score one raw output of `caps`: a list of different vectors of n digits 0, 1 or 2.

    Returns their number, when no three different ones add up to zero modulo 3.
    """
    n = params["n"]
    if n > MAX_DIGITS:
        raise Invalid(f"n = {n}: this judge serves n up to {MAX_DIGITS}")
    given = items(output, "vectors")
    if not given:
        raise Invalid("vectors: expected at least one vector, got an empty list")
    if len(given) > 3**n:
        raise Invalid(f"vectors: expected at most {3**n} different ones of {n} digits, got {len(given)}")
    places = {}
    for index, row in enumerate(given):
        what = f"vector {index}"
        digits = tuple(integer(value, what, low=0, high=2) for value in items(row, what, count=n))
        if digits in places:
            raise Invalid(f"vectors {places[digits]} and {index} are the same; expected different ones")
        places[digits] = index
    refuse_lines(places)
    count = len(places)
    zeros = sum(digits.count(0) for digits in places)
    mirrored = sum(tuple(-digit % 3 for digit in digits) in places for digits in places)
    return {
        "objective": float(count),
        "measures": {"zero_share": zeros / (count * n), "mirrored": mirrored / count},
        "metrics": {"vectors": count, "weights": len({n - digits.count(0) for digits in places})},
        "feedback": (
            f"{count} vectors and no line. {100 * zeros / (count * n):.0f} percent of the digits are zero; "
            f"{mirrored} vectors have their negative in the set."
        ),
    }


def refuse_lines(places):
    """Refuse three different vectors that add up to zero; a third one is minus the sum of the other two."""
    vectors = list(places)
    for j, b in enumerate(vectors):
        for i in range(j):
            third = tuple([THIRD[p][q] for p, q in zip(vectors[i], b, strict=True)])
            k = places.get(third, j)
            if k < j and k != i:
                low, middle, high = sorted((i, j, k))
                raise Invalid(f"vectors {low}, {middle} and {high} add up to zero modulo 3")


THIRD = [[-(p + q) % 3 for q in range(3)] for p in range(3)]
