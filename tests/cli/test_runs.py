"""The runs there are."""

import json
import shutil

from tests.render.small_run import E


def test_runs_newest_first(read_two):
    rows = json.loads(read_two("runs", "--json").out)
    assert [row["run"][-4:] for row in rows] == ["b2b2", "3fa9"]
    noise = {"noisy": False, "scores": 1, "spread": 0.0}
    assert rows[1]["best"] == {"program": E.id, "objective": 1.0, "ticket": 4, **noise}
    assert (rows[1]["committed"], rows[1]["cost_usd"], rows[1]["state"]) == (7, 2.5, "finished")
    lines = read_two("runs").out.splitlines()
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


def test_runs_that_are_like_that(read_two):
    def tails(*words):
        return [row["run"][-4:] for row in json.loads(read_two("runs", "--json", *words).out)]

    assert tails("--problem", "toy/7", "--state", "finished") == ["b2b2", "3fa9"]
    assert tails("--problem", "toy/8") == tails("--state", "failed") == tails("--since", "1h") == []
    assert "among the 2 in" in read_two("runs", "--problem", "toi").err
    assert "did you mean toy?" in read_two("runs", "--problem", "toi").err
    wrong = read_two("runs", "--state", "finnished")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean finished?" in wrong.err
