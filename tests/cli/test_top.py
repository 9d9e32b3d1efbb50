"""The best elites."""

import json

from tests.render.small_run import A, C, E


def test_top_filtered(read):
    def programs(*words):
        return [row["program"] for row in json.loads(read("top", "--json", *words).out)]

    assert programs("--operator", "diff") == [C.id]
    assert programs("--operator", "seed", "-n", 1) == [A.id]
    assert programs("--island", 1)[0] == E.id  # it came there as a migrant
    assert programs("--model", "strong") == []
    assert "No elite like that" in read("top", "--since", "1s").err


def test_top(read):
    rows = json.loads(read("top", "--json", "-n", 2).out)
    assert [(row["rank"], row["program"], row["objective"], row["ticket"]) for row in rows] == [
        (1, E.id, 1.0, 4),
        (2, C.id, 0.75, 2),
    ]
    assert rows[0]["islands"] == [0, 1]
    assert E.id[:8] in read("top").out
    assert read("top", "-n", 0).code == 2
