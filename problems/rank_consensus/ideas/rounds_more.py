"""Find weights again from scores that heed them, a few times."""


def rounds():
    return 3
