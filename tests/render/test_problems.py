"""The catalogue of problems, drawn."""


def test_the_catalogue_fits_a_terminal():
    from evo.render.console import plain
    from evo.render.problems import Catalogue

    aim = {"direction": "maximize", "name": "sum"}
    instance = {
        "name": "26",
        "objective": aim,
        "best_known": {"value": 2.5, "source": "A long source " * 6, "date": "2026-10-01"},
        "ours": {"objective": 2.25, "run": "r", "program": "p"},
        "gain": -0.25,
    }
    row = {
        "name": "packing",
        "summary": "Words " * 30,
        "shipped": False,
        "objective": aim,
        "instances": [instance],
    }
    lines = plain(Catalogue([row]), width=70).splitlines()
    assert max(map(len, lines)) <= 70
    assert lines[0] == "packing  maximize sum  (local)"
    assert any(line.startswith("  26  best known 2.5 (2026-10-01)  ours 2.25  -0.25") for line in lines)
