"""Take three times as many steps."""


def count():
    return 3 * inner_count()
