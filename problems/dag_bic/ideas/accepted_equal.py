"""Go on with an order that is as good."""


def accepted(change, share):
    return change < 1e-9
