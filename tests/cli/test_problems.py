"""The problems there are."""

import json
import shutil

import pytest

from evo.config.resources import resolve


def test_problems(evo, here):
    rows = json.loads(evo("problems", "--json").out)
    packing = next(row for row in rows if row["name"] == "circle_packing")
    assert packing["shipped"]
    assert packing["objective"] == {"name": "sum_of_radii", "direction": "maximize", "unit": "side lengths"}
    assert [instance["name"] for instance in packing["instances"]] == ["26", "32", "41", "42"]
    assert packing["instances"][0]["best_known"]["value"] == 2.635983084917608
    assert "circle_packing/26" in evo("problems").out


@pytest.mark.parametrize("name", ["circle_packing", "circle_packing/32"])
def test_one_problem(evo, here, name):
    assert json.loads(evo("problems", name, "--json").out)["name"] == "circle_packing"
    assert "radius_spread" in evo("problems", name).out


def test_an_unknown_problem_names_the_nearest(evo, here):
    result = evo("problems", "circle_pakcing")
    assert result.code == 4
    assert "did you mean circle_packing?" in result.err


def test_a_broken_local_problem_does_not_hide_the_others(evo, here):
    broken = here / "problems" / "mine"
    broken.mkdir(parents=True)
    (broken / "problem.yaml").write_text("name: mine\nsumary: x\n")
    result = evo("problems", "--json")
    assert result.code == 0
    assert "circle_packing" in {row["name"] for row in json.loads(result.out)}
    assert "did you mean summary?" in result.err


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs g++")
def test_a_problem_names_its_pipeline(evo, here):
    folder = resolve("problems", "number_partition")
    seed = next((folder / "seeds").glob("*.cpp"))
    assert evo("score", "number_partition/tiny", seed).code == 0
    assert "pipeline command" in evo("check", "number_partition/tiny").out
    assert evo("run", "number_partition", "--set", "budget.tickets=3", "--set", "executor.workers=1").code == 0
    (config,) = here.glob("runs/*/run.yaml")
    assert "pipeline: command" in config.read_text()
    assert evo("resume", "--set", "budget.tickets=4").code == 0
    assert evo("check", "smoke").out.count("pipeline default") == 1
    chosen = evo("run", "number_partition", "--set", "budget.tickets=2", "--set", "pipeline=nowhere")
    assert (chosen.code, "pipeline 'nowhere' not found" in chosen.err) == (4, True)


def test_problems_show_the_best_of_our_runs(evo, here):
    assert evo("new", "knapsack").code == 0
    words = ["run", "base", "--quiet", "--set", "problem=knapsack/10", "--set", "budget.tickets=3"]
    assert evo(*words).code == 0
    best = json.loads(evo("best", "--json").out)
    row = json.loads(evo("problems", "knapsack", "--json").out)
    ours = {each["name"]: each["ours"] for each in row["instances"]}
    assert ours["10"]["objective"] == best["objective"]
    assert ours["10"]["program"] == best["program"]
    assert ours["20"] is None
    line = next(line for line in evo("problems").out.splitlines() if line.startswith("knapsack/10"))
    assert ours["10"]["run"] in line
    assert "local" in line
    assert ours["10"]["run"] in evo("problems", "knapsack").out
