"""A point chooses three quarters of the links that it may have."""


def limit(degree):
    return 3 * degree // 4
