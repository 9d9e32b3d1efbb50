"""Judge of number_partition: counts both sums itself."""

from evo.judging import Invalid, items


def evaluate(output, params):
    numbers = params["numbers"]
    parts = items(output, "the list of parts", count=len(numbers))
    for index, part in enumerate(parts):
        if type(part) is not int or part not in (0, 1):
            raise Invalid(f"entry {index} is {part!r:.40}; expected 0 or 1")
    sums = [sum(number for number, part in zip(numbers, parts, strict=True) if part == side) for side in (0, 1)]
    fewer = min(parts.count(0), parts.count(1))
    return {
        "objective": abs(sums[0] - sums[1]),
        "measures": {"balance": fewer / len(parts)},
        "metrics": {"larger_sum": max(sums)},
        "feedback": f"The parts sum to {sums[0]} and {sums[1]}.",
    }
