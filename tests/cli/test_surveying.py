"""The verbs across runs, programs and cells."""

import json
import shutil

import pytest

from tests.render.small_run import A, B, C, E, write_run


@pytest.fixture(scope="module")
def two_runs(small_runs, tmp_path_factory):
    runs = shutil.copytree(small_runs, tmp_path_factory.mktemp("two") / "runs")
    write_run(runs / "20260102-120000-toy-b2b2", run_id="20260102-120000-toy-b2b2", created=2.0, most=3)
    return runs


@pytest.fixture
def read(evo, two_runs):
    return lambda *words: evo(*words, "--runs-dir", two_runs)


def test_runs_newest_first(read):
    rows = json.loads(read("runs", "--json").out)
    assert [row["run"][-4:] for row in rows] == ["b2b2", "3fa9"]
    assert rows[1]["best"] == {"program": E.id, "objective": 1.0, "ticket": 4}
    assert (rows[1]["committed"], rows[1]["cost_usd"], rows[1]["state"]) == (7, 2.5, "finished")
    lines = read("runs").out.splitlines()
    assert len(lines) == 3
    assert "3/4" in lines[1]


def test_runs_without_any_and_with_a_damaged_one(evo, here, two_runs, tmp_path):
    assert evo("runs", "--json").out == "[]\n"
    assert "evo run CONFIG" in evo("runs").err
    runs = shutil.copytree(two_runs, tmp_path / "copy")
    (runs / "20270101-120000-toy-dead").mkdir()
    result = evo("runs", "--json", "--runs-dir", runs)
    assert len(json.loads(result.out)) == 2
    assert "toy-dead is passed over" in result.err


def test_diff_to_the_first_parent(read):
    assert read("diff", "3fa9:@best").out == (
        f"--- {C.id[:8]}/program.py\n+++ {E.id[:8]}/program.py\n@@ -1 +1 @@\n-x = 'c'\n+x = 'e'\n"
    )
    seed = read("diff", "3fa9:@seed")
    assert (seed.code, seed.out) == (4, "")
    assert "made from no other" in seed.err


def test_diff_across_runs(read):
    data = json.loads(read("diff", "b2:@best", "3fa9:@best", "--json").out)
    assert data["from"] == {"run": "20260102-120000-toy-b2b2", "program": C.id, "objective": 0.75}
    assert data["to"]["program"] == E.id
    assert data["delta"] == 0.25
    assert "+x = 'e'" in data["diff"]
    same = read("diff", "b2:@seed", "3fa9:@seed")
    assert (same.code, same.out) == (0, "")
    assert "equal" in same.err


def test_diff_shows_files_that_come_and_go():
    from pathlib import Path

    from evo.records import Direction, Program
    from evo.render import changes

    def side(program, objective, direction=Direction.MINIMIZE):
        return changes.Side(run="r", folder=Path(), program=program, objective=objective, direction=direction)

    old, new = side(A, 2.0), side(Program.of({**A.files, "more.py": "y = 1\n"}), 1.0)
    text = changes.unified(old.program, new.program)
    assert "--- /dev/null\n" in text
    assert "+y = 1" in text
    assert changes.gain(old, new) == 1.0
    assert changes.gain(old, side(B, None)) is None
    assert changes.gain(old, side(B, 1.0, Direction.MAXIMIZE)) is None
    assert changes.coloured(text).plain == text.rstrip("\n")


def test_map(read):
    data = json.loads(read("map", "3fa9", "--json").out)
    assert [island["island"] for island in data["islands"]] == [0, 1]
    first = data["islands"][0]["cells"][0]
    assert first == {"cell": [9], "program": E.id, "objective": 1.0, "measures": {"x": 1.0}}
    drawn = read("map", "3fa9", "--island", 0).out
    assert "island 0" in drawn
    assert "island 1" not in drawn
    assert "██" in drawn.splitlines()[1]
    assert read("map", "3fa9", "--island", 2).code == 4


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


def test_runs_that_are_like_that(read):
    def tails(*words):
        return [row["run"][-4:] for row in json.loads(read("runs", "--json", *words).out)]

    assert tails("--problem", "toy/7", "--state", "finished") == ["b2b2", "3fa9"]
    assert tails("--problem", "toy/8") == tails("--state", "failed") == tails("--since", "1h") == []
    assert "among the 2 in" in read("runs", "--problem", "toi").err
    assert "did you mean toy?" in read("runs", "--problem", "toi").err
    wrong = read("runs", "--state", "finnished")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean finished?" in wrong.err


def test_maps_of_some_elites(read):
    def programs(*words):
        islands = json.loads(read("map", "3fa9", "--json", *words).out)["islands"]
        return {cell["program"] for island in islands for cell in island["cells"]}

    assert programs("--operator", "diff") == {C.id}
    assert programs("--operator", "seed", "--island", 0) == {A.id, B.id}
    assert programs("--model", "fast") == {C.id, E.id}
    assert programs("--since", "1h") == set()
    assert "No elite like that." in read("map", "3fa9", "--since", "1h").err
    assert "did you mean crossover?" in read("map", "3fa9", "--operator", "crosover").err
