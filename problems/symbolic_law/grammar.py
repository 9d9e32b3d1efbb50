"""Expressions as programs return them: nested lists of a few operators, checked and evaluated by the judge itself."""

import numpy as np

from evo.judging import Invalid, integer, items, number

LONGEST, DEEPEST, LARGEST = 100, 40, 1e9
"""The most nodes of an expression, the most lists within one another, the largest constant."""

ONE = {"sin": np.sin, "cos": np.cos, "exp": np.exp, "log": np.log, "sqrt": np.sqrt}
TWO = {"sub": np.subtract, "div": np.divide}
MANY = {"add": np.add, "mul": np.multiply}


def size(expression, variables, depth=0):
    """Return the number of nodes of an expression, or refuse it.

    Args:
        expression: a number; ["x", i]; ["sin" | "cos" | "exp" | "log" | "sqrt", a]; ["sub" | "div", a, b];
            ["add" | "mul", a, b, ...]; ["pow", a, p] with a number p.
        variables: how many there are.
        depth: of the lists around it.

    Raises:
        Invalid: it is no expression, or a node lies too deep.
    """
    if type(expression) is not list:
        if abs(number(expression, "expression")) > LARGEST:
            raise Invalid(f"expression: expected constants in [-{LARGEST:g}, {LARGEST:g}]")
        return 1
    if depth >= DEEPEST:
        raise Invalid(f"expression: expected at most {DEEPEST} lists within one another")
    name, *rest = items(expression, "expression") or [None]
    if name == "x" and type(name) is str:
        integer(*items(rest, "x", count=1), "x", low=0, high=variables - 1)
        return 1
    if name == "pow" and type(name) is str:
        base, power = items(rest, "pow", count=2)
        if abs(number(power, "pow")) > 4:
            raise Invalid("pow: expected an exponent in [-4, 4]")
        return 2 + size(base, variables, depth + 1)
    if not fits(name, len(rest)):
        raise Invalid(f"expression: expected an operator with its arguments, got {str(name)[:20]!r} of {len(rest)}")
    return 1 + sum(size(each, variables, depth + 1) for each in rest)


def fits(name, count):
    """Tell whether there is an operator of this name and so many arguments."""
    if type(name) is not str:
        return False
    return (name in ONE and count == 1) or (name in TWO and count == 2) or (name in MANY and count >= 2)


def value(expression, x):
    """Return the values of a checked expression at points (n, v), as (n,); they may be infinite or no number."""
    if type(expression) is not list:
        return np.full(len(x), float(expression))
    name, *rest = expression
    if name == "x":
        return x[:, rest[0]]
    if name == "pow":
        return value(rest[0], x) ** float(rest[1])
    parts = [value(each, x) for each in rest]
    if name in ONE:
        return ONE[name](parts[0])
    if name in TWO:
        return TWO[name](*parts)
    total = parts[0]
    for each in parts[1:]:
        total = MANY[name](total, each)
    return total
