"""Judge of sums_differences: sums and differences are counted, the logarithm is bounded from below.

Of a set they are counted one by one; of a base and an alphabet of digits, where sets have no end, through generating
functions that are evaluated in integers, rounded to the unfavourable side.
"""

import math
from fractions import Fraction

from evo.judging import Invalid, floor_float, integer, items, log_ratio_below

LARGEST = (1 << 62) - 1
MAX_NUMBERS = 20_000
MAX_PAIRED = 1500
MAX_BIT_STEPS = 3_000_000_000
"""Numbers times the largest one: what shifting bit sets through takes at most."""

MAX_DIGITS = 12_000
MAX_DIGIT = 60_000
POINT_BITS = 32
"""The point x at which the generating functions are compared is a multiple of 2**-32."""
TERM_BITS = 256
"""Powers of x are kept as multiples of 2**-256: 120,000 of them, each off by one, still leave 71 digits."""
COARSE, SECTIONS = 24, 36
"""Of the search for x: the best of so many points, and how often the interval around it is cut by 0.618."""


def evaluate(output, params):
    """Score one raw output: of `numbers` a set, of `alphabet` a base and its digits."""
    return digits_score(output) if params.get("form") == "digits" else numbers_score(output)


def numbers_score(output):
    """Score a list U of different integers >= 0 that holds 0.

    Returns 1 + log(|U - U| / |U + U|) / log(2 max(U) + 1), rounded down.
    """
    given = items(output, "numbers")
    if len(given) > MAX_NUMBERS:
        raise Invalid(f"numbers: expected at most {MAX_NUMBERS}, got {len(given)}")
    numbers = [integer(value, f"number {k}", low=0, high=LARGEST) for k, value in enumerate(given)]
    refuse_repeats(numbers)
    if len(numbers) < 2:
        raise Invalid(f"numbers: expected at least two, got {len(numbers)}")
    if 0 not in numbers:
        raise Invalid("numbers: expected 0 among the numbers; subtract the smallest one")
    largest = max(numbers)
    sums, differences = counted(sorted(numbers), largest)
    gain = log_ratio_below(differences, sums, 2 * largest + 1)
    objective = floor_float(1 + Fraction(gain))
    return {
        "objective": objective,
        "measures": {
            "log_size": math.log10(len(numbers)),
            "growth": math.log(differences) / math.log(len(numbers)),
        },
        "metrics": {"numbers": len(numbers), "sums": sums, "differences": differences, "largest": largest},
        "feedback": f"{len(numbers)} numbers up to {largest} have {sums} sums and {differences} differences.",
    }


def refuse_repeats(numbers):
    """Refuse a number that is there twice."""
    seen = set()
    for k, value in enumerate(numbers):
        if value in seen:
            raise Invalid(f"number {k}: {value} is there twice; expected different numbers")
        seen.add(value)


def counted(numbers, largest):
    """Return the numbers of sums and of differences, by pairs or by bit sets, whichever can be afforded."""
    if len(numbers) <= MAX_PAIRED and len(numbers) ** 2 <= largest:
        sums = len({a + b for i, a in enumerate(numbers) for b in numbers[i:]})
        return sums, 2 * len({b - a for i, a in enumerate(numbers) for b in numbers[i + 1 :]}) + 1
    if len(numbers) * largest > MAX_BIT_STEPS:
        raise Invalid(
            f"{len(numbers)} numbers up to {largest} are too many to be counted; expected at most {MAX_PAIRED}, or a "
            f"product of number and size up to {MAX_BIT_STEPS}"
        )
    there = bytearray(largest // 8 + 1)
    for value in numbers:
        there[value >> 3] |= 1 << (value & 7)
    bits = int.from_bytes(there, "little")
    sums = differences = 0
    for value in numbers:
        sums |= bits << value
        differences |= bits >> value
    return sums.bit_count(), 2 * differences.bit_count() - 1


def digits_score(output):
    """Score a base q and an alphabet M of digits: {"base": q, "digits": M}.

    U is what has m digits of M in base q and a sum of digits of at most t m. As m grows, |U + U| is at most P(x)^m
    x^(-2tm) and |U - U| at least about Q(x)^m x^(-2tm), for the t that x asks for (problems' brief has the proof), so
    that 1 + log(Q(x) / P(x)) / log q is a lower bound of what the lemma gives, for every 0 < x < 1. The judge looks for
    the best x and rounds down what it finds there.
    """
    base, digits = alphabet_of(output)
    largest = digits[-1]
    sums, differences = costs_of_sums(digits), costs_of_differences(digits, base)
    point = best_point(sums, differences)
    gain = log_ratio_below(*bounds(sums, differences, point), base)
    density = len(digits) / (largest + 1)
    kept = sum(differences)
    return {
        "objective": floor_float(1 + Fraction(gain)),
        "measures": {"density": density, "log_largest": math.log10(largest)},
        "metrics": {
            "digits": len(digits),
            "base": base,
            "largest": largest,
            "sums": sum(sums),
            "differences": kept,
            "point": point / 2**POINT_BITS,
        },
        "feedback": (
            f"{len(digits)} digits up to {largest} in base {base} have {sum(sums)} sums, and differences in {kept} of "
            f"{base} residues; they are compared best at x = {point / 2**POINT_BITS:.6f}."
        ),
    }


def alphabet_of(output):
    """Return the base and the digits in ascending order, or refuse them."""
    if not isinstance(output, dict) or set(output) != {"base", "digits"}:
        raise Invalid('expected an object {"base": ..., "digits": [...]} and nothing else')
    given = items(output["digits"], "digits")
    if not 2 <= len(given) <= MAX_DIGITS:
        raise Invalid(f"digits: expected from 2 to {MAX_DIGITS}, got {len(given)}")
    digits = [integer(value, f"digit {k}", low=0, high=MAX_DIGIT) for k, value in enumerate(given)]
    refuse_repeats(digits)
    if 0 not in digits:
        raise Invalid("digits: expected 0 among them; subtract the smallest one")
    largest = max(digits)
    # In a larger base than 2 max + 1 nothing is different but log q, so nothing is lost by the bound.
    return integer(output["base"], "base", low=2, high=2 * largest + 1), sorted(digits)


def costs_of_sums(digits):
    """Return how many sums of two digits cost k, for k = 0, 1, ...: one each, or none."""
    bits = bit_set(digits)
    sums = 0
    for digit in digits:
        sums |= bits << digit
    return [int(bit) for bit in reversed(f"{sums:b}")]


def costs_of_differences(digits, base):
    """Return how many residues modulo the base have a difference of two digits that costs k at least, for each k.

    A difference d >= 0 is (b + d) - b; it costs 2b + d with the least b. Of those with one residue the cheapest stands,
    so that numbers made of them are different. A residue that is its own negative and not 0 is left out: the bound asks
    that d and -d stand together.
    """
    bits, unseen = bit_set(digits), -1
    cheapest = {}
    for digit in digits:
        new = bits >> digit & unseen
        unseen &= ~new
        for difference in ones(new):
            cost = difference + 2 * digit
            for residue in {difference % base, -difference % base}:
                cheapest[residue] = min(cost, cheapest.get(residue, cost))
    if base % 2 == 0:
        cheapest.pop(base // 2, None)
    counts = [0] * (max(cheapest.values()) + 1)
    for cost in cheapest.values():
        counts[cost] += 1
    return counts


def bit_set(values):
    """Return the integer whose bits are the values."""
    bits = 0
    for value in values:
        bits |= 1 << value
    return bits


def ones(bits):
    """Yield the places of the ones of an integer >= 0, ascending."""
    text = bin(bits)[:1:-1]
    at = text.find("1")
    while at >= 0:
        yield at
        at = text.find("1", at + 1)


def best_point(sums, differences):
    """Return x * 2**32 with a large Q(x) / P(x), by golden sections over the logarithm of -log x around a coarse best.

    Another x would be as true a bound: what is missed here is lost to the score and to nothing else.
    """
    ratio = (math.sqrt(5) - 1) / 2

    def value(place):
        x = math.exp(-math.exp(place))
        return math.log(at_float(differences, x)) - math.log(at_float(sums, x))

    first, last = -math.log(50.0 * len(sums)), 3.0
    step = (last - first) / COARSE
    middle = first + step * max(range(COARSE + 1), key=lambda k: value(first + k * step))
    low, high = middle - step, middle + step
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = value(left), value(right)
    for _ in range(SECTIONS):
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - ratio * (high - low)
            at_left = value(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + ratio * (high - low)
            at_right = value(right)
    return round(math.exp(-math.exp((low + high) / 2)) * 2**POINT_BITS)


def at_float(counts, x):
    """Return the value of a polynomial with the given coefficients, the lowest first, by Horner's rule."""
    total = 0.0
    for count in reversed(counts):
        total = total * x + count
    return total


def bounds(sums, differences, point):
    """Return two integers: at most Q(x) and at least P(x), both times 2**256, for x = point / 2**32."""
    one = 1 << TERM_BITS
    below = above = one
    least = most = 0
    for k in range(max(len(sums), len(differences))):
        if k < len(differences):
            least += differences[k] * below
        if k < len(sums):
            most += sums[k] * above
        below = below * point >> POINT_BITS
        above = -(-above * point >> POINT_BITS)
    return least, most
