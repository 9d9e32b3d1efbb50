"""Archives as heat maps."""


def test_a_map_of_three_axes_shows_the_best_of_what_lies_behind():
    from evo.render.console import plain
    from evo.render.heat import Maps

    axes = [{"name": name, "edges": [0.0, 1.0, 2.0]} for name in "abc"]
    cells = [
        {"cell": [0, 1, 0], "objective": 3.0},
        {"cell": [0, 1, 1], "objective": 1.0},
        {"cell": [1, 0, 0], "objective": 5.0},
    ]
    data = {"direction": "minimize", "unit": "m", "axes": axes, "islands": [{"island": 0, "cells": cells}]}
    lines = plain(Maps(data)).splitlines()
    assert lines[1:3] == ["   0 ··██", "   1 ░░··"]
    assert "best over: c" in lines
    assert lines[-1].endswith("░░▒▒▓▓██ 1 m")


def drawn(axes, cells=((0, 0),)):
    from evo.render.console import plain
    from evo.render.heat import Maps

    held = [{"cell": list(cell)[: len(axes)], "objective": 1.0} for cell in cells]
    data = {"direction": "maximize", "unit": "", "axes": axes, "islands": [{"island": 0, "cells": held}]}
    return plain(Maps(data)).splitlines()


def test_rows_and_columns_stand_at_the_values_at_which_they_begin():
    down = {"name": "a", "edges": [0.0, 0.125, 0.25, 0.375, 0.5]}
    across = {"name": "b", "edges": [10.0**each for each in range(-2, 7)]}
    assert drawn([down, across])[1:7] == [
        "    0 ██··············",
        "0.125 ················",
        " 0.25 ················",
        "0.375 ················",
        "  0.5 ╵       ╵       ╵",
        "      0.01    100     1000000",
    ]


def test_a_row_of_categories_stands_at_its_value():
    down = {"name": "kind", "edges": [0.0, 1.0, 2.0], "values": [2, 8]}
    across = {"name": "b", "edges": [0.0, 1.0, 2.0, 3.0]}
    assert drawn([down, across])[1:5] == ["   2 ██····", "   8 ······", "     ╵ ╵ ╵ ╵", "     0 1 2 3"]
    assert drawn([across, down])[4:6] == ["   3 ╵ ╵", "     2 8"]


def test_an_axis_alone_has_its_values_below_as_long_as_it_is_one_row():
    assert drawn([{"name": "b", "edges": [0.0, 1.0, 2.0, 3.0]}])[1:4] == ["   0 ██····", "     ╵ ╵ ╵ ╵", "     0 1 2 3"]
    wrapped = drawn([{"name": "b", "edges": [float(each) for each in range(41)]}])
    assert [line.split()[0] for line in wrapped[1:4]] == ["0", "32", "40"]
