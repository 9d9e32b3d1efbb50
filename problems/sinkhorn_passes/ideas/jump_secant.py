"""Mix the last two sweeps such that their residuals cancel as far as two can."""


def jump(g, sweep, memory):
    begun = memory.get("begun")
    if begun is None or sweep % 4 == 0:
        memory["begun"], memory["last"] = g, None
        return g
    rest = g - begun
    last, memory["last"] = memory.get("last"), (g, rest)
    mixed = g
    if last is not None:
        turn = rest - last[1]
        size = float(turn @ turn)
        share = min(1.0, max(-1.0, float(rest @ turn) / size)) if size > 0 else 0.0
        mixed = g - share * (g - last[0])
    memory["begun"] = mixed
    return mixed
