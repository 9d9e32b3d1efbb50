"""After many remembered refusals ask only now and then."""


def pick(wishes, mem, ok, coin):
    return 0 if mem == 3 and coin else inner_pick(wishes, mem, ok, coin)
