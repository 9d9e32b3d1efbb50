"""Pull the ratings of those that were shown seldom to the middle."""


def worth():
    return inner_worth() * WORLD["shown"] / (WORLD["shown"] + 3.0)
