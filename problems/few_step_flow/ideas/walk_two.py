"""Extrapolate the velocity from the step before (Adams and Bashforth, second order)."""


def walk(x, calls, notes):
    times, before = grid(calls, notes), None
    for step in range(calls):
        h, v = times[step + 1] - times[step], (yield from velocity(x, times[step]))
        slope = 0.0 if before is None else (v - before) / (times[step] - times[step - 1])
        before, x = v, x + h * v + h**2 / 2 * slope
    return x
