"""A node begins where a line begins."""


def place(units, level):
    at = -(-NEXT["unit"] // LINE) * LINE
    NEXT["unit"] = at + units
    return at
