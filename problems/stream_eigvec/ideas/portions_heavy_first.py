"""Of a block the heavy rows are taken in before the others."""


def portions(block):
    return inner_portions(block[(-(block**2).sum(axis=1)).argsort(kind="stable")])
