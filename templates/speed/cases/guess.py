def count(numbers, most):
    return len(numbers) * (len(numbers) - 1) // 4
