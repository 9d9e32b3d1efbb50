"""Fit the inverse as well: what is a sum below a line is a sum then."""


def views(y):
    return [
        (y, lambda law: law, lambda values: values),
        (1 / y, lambda law: ["div", 1.0, law], lambda values: 1 / values),
    ]
