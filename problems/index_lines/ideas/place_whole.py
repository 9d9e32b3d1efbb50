"""A node that would lie across two lines and fits into one begins with the next."""


def place(units, level):
    if units <= LINE < NEXT["unit"] % LINE + units:
        NEXT["unit"] += LINE - NEXT["unit"] % LINE
    return inner_place(units, level)
