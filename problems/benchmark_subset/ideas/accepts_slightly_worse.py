"""At first a swap may be a little worse, in the end it may not."""


def accepts(new, old, share):
    return new < old + 0.02 * old * (1 - share)
