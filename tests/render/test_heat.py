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
