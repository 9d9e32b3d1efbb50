"""Who lacks results has reasons not to show them: take a little off for each."""


def absent(share):
    return -0.1 * share
