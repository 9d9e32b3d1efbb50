"""Judge of sums_differences: sums and differences are counted, the logarithm is bounded from below."""

import math
from fractions import Fraction

from evo.judging import Invalid, floor_float, integer, items, log_ratio_below

LARGEST = (1 << 62) - 1
MAX_NUMBERS = 20_000
MAX_PAIRED = 1500
MAX_BIT_STEPS = 3_000_000_000
"""Numbers times the largest one: what shifting bit sets through takes at most."""


def evaluate(output, params):
    """Score one raw output of `numbers`: a list U of different integers >= 0 that holds 0.

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
