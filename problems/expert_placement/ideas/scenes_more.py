"""What came in any window may come again, each of them as a whole."""


def scenes(shown, expected):
    return shown
