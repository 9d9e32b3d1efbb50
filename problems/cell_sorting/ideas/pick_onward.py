"""Go on in the remembered direction, 1 for left and 2 for right, where that puts a pair in order."""


def pick(wishes, mem, ok, coin):
    onward = [move for move in wishes if (mem == 1 and move < 0) or (mem == 2 and move > 0)]
    return inner_pick(onward or wishes, mem, ok, coin)
