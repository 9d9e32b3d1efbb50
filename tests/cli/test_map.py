"""The archive as a heat map."""

import json

from tests.render.small_run import A, B, C, E


def test_map(read_two):
    data = json.loads(read_two("map", "3fa9", "--json").out)
    assert [island["island"] for island in data["islands"]] == [0, 1]
    first = data["islands"][0]["cells"][0]
    assert first == {"cell": [9], "program": E.id, "objective": 1.0, "measures": {"x": 1.0}}
    drawn = read_two("map", "3fa9", "--island", 0).out
    assert "island 0" in drawn
    assert "island 1" not in drawn
    assert "██" in drawn.splitlines()[1]
    assert read_two("map", "3fa9", "--island", 2).code == 4


def test_maps_of_some_elites(read_two):
    def programs(*words):
        islands = json.loads(read_two("map", "3fa9", "--json", *words).out)["islands"]
        return {cell["program"] for island in islands for cell in island["cells"]}

    assert programs("--operator", "diff") == {C.id}
    assert programs("--operator", "seed", "--island", 0) == {A.id, B.id}
    assert programs("--model", "fast") == {C.id, E.id}
    assert programs("--since", "1h") == set()
    assert "No elite like that." in read_two("map", "3fa9", "--since", "1h").err
    assert "did you mean crossover?" in read_two("map", "3fa9", "--operator", "crosover").err
