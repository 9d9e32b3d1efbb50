"""Leave the inner loop to the interpreter's own C code."""


def count(numbers, most):
    return sum(sum(other <= most - number for other in numbers[place + 1 :]) for place, number in enumerate(numbers))
