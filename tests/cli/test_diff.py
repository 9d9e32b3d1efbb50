"""What changed from one program to another."""

import json

from tests.render.small_run import C, E


def test_diff_to_the_first_parent(read_two):
    assert read_two("diff", "3fa9:@best").out == (
        f"--- {C.id[:8]}/program.py\n+++ {E.id[:8]}/program.py\n@@ -1 +1 @@\n-x = 'c'\n+x = 'e'\n"
    )
    seed = read_two("diff", "3fa9:@seed")
    assert (seed.code, seed.out) == (4, "")
    assert "made from no other" in seed.err


def test_diff_across_runs(read_two):
    data = json.loads(read_two("diff", "b2:@best", "3fa9:@best", "--json").out)
    assert data["from"] == {"run": "20260102-120000-toy-b2b2", "program": C.id, "objective": 0.75}
    assert data["to"]["program"] == E.id
    assert data["delta"] == 0.25
    assert "+x = 'e'" in data["diff"]
    same = read_two("diff", "b2:@seed", "3fa9:@seed")
    assert (same.code, same.out) == (0, "")
    assert "equal" in same.err
