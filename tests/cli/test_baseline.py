"""`baseline` on the real thing: real processes, few evaluations, and a small problem that goes wrong on demand."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from evo.baseline.inside import optimiser
from evo.config.problem import load_problem

ROOT = Path(__file__).parents[2]
SMALL = ("circle_packing/26", "--budget", "600")

SCORE = """
import numpy as np

def score(batch, params):
    assert batch["x"].shape[1:] == (params["n"],) and batch["x"].min() >= -5 and batch["x"].max() <= 5
    return -((batch["x"] - 1) ** 2).sum(axis=1)

def output(arrays, params):
    return [float(x) for x in arrays["x"]]
"""


def request(folder, method, **more):
    box = {"shape": [4], "low": -5.0, "high": 5.0, "start": -2.0}
    asked = {"folder": str(folder), "params": {"n": 4}, "arrays": {"x": box}, "rank": None, "budget": 20000}
    return asked | {"method": method} | more


def reports(asked, seed=0):
    said = []
    optimiser.optimise(asked, seed, said.append)
    return said


@pytest.fixture
def bowl(tmp_path):
    (tmp_path / "baseline.py").write_text(SCORE)
    return tmp_path


@pytest.mark.parametrize("method", ["eggroll", "es", "random", "cma"])
def test_every_method_gets_better_within_its_budget(bowl, method):
    if method == "cma":
        pytest.importorskip("cma")
    said = reports(request(bowl, method))
    fitness = [report["fitness"] for report in said]
    assert fitness == sorted(fitness)
    assert [report["evaluations"] for report in said] == sorted(report["evaluations"] for report in said)
    assert 0.9 * 20000 < said[-1]["evaluations"] <= 20000
    assert fitness[-1] > (-2 if method == "random" else -0.05)
    outputs = [report["output"] for report in said if "output" in report]
    assert -sum((x - 1) ** 2 for x in outputs[-1]) == pytest.approx(fitness[-1])


def test_a_seed_decides_everything(bowl):
    asked = request(bowl, "eggroll", budget=2000)
    assert reports(asked) == reports(asked)
    assert reports(asked) != reports(asked, seed=1)


def test_small_matrices_get_full_noise_and_large_ones_low_rank():
    start = {"small": np.zeros((30, 30)), "large": np.zeros((40, 40)), "vector": np.zeros(2000)}
    for low, rank, wanted in ((True, None, (None, 1)), (True, 2, (2, 2)), (False, None, (None, None))):
        strategy = optimiser.NumericStrategy(start, budget=1000, low=low, rank=rank, seed=0)
        leaves = strategy._strategy.leaves
        assert (leaves["small"].rank, leaves["large"].rank) == wanted
        assert leaves["vector"].rank is None


def test_what_is_found_is_a_run_like_any_other(evo, tmp_path):
    result = evo("baseline", *SMALL, "--seeds", "0..1", "--json", "--runs-dir", tmp_path)
    assert result.code == 0
    assert "seed 1: 600/600 evaluations" in result.err
    data = json.loads(result.out)
    assert data["state"] == "finished"
    assert {each["seed"] for each in data["results"]} == {0, 1}
    assert all(each["verdict"] == "VALID" and each["evaluations"] <= 600 for each in data["results"])
    assert data["best"]["objective"] == max(each["objective"] for each in data["results"])
    status = json.loads(evo("status", "--json", "--runs-dir", tmp_path).out)
    assert (status["state"], status["committed"]) == ("finished", len(data["results"]))
    steps = json.loads(evo("lineage", "--json", "--runs-dir", tmp_path).out)
    assert {step["operator"] for step in steps} == {"baseline:eggroll"}
    program = evo("best", "--runs-dir", tmp_path).out
    (tmp_path / "p.py").write_text(program)
    scored = json.loads(evo("score", SMALL[0], tmp_path / "p.py", "--json").out)
    assert scored["objective"] == data["best"]["objective"]
    assert scored["metrics"]["repair"] == 0


def test_seeds_leave_their_line_alone(evo, tmp_path):
    evo("baseline", *SMALL, "--method", "random", "--seed", "5", "--runs-dir", tmp_path)
    steps = json.loads(evo("lineage", "--json", "--runs-dir", tmp_path).out)
    assert steps[-1]["parents"] == []
    assert re.match(r"seed 5, \d+ evaluations: batched score ", steps[0]["summary"])


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("circle_packing/26", "--budget", "10", "--method", "egroll"), 2, "eggroll"),
        (("circle_packing/26", "--budget", "0"), 2, "budget"),
        (("circle_packing/26", "--budget", "10", "--seeds", "3..1"), 2, "0..9"),
        (("circle_packing/26", "--budget", "10", "--method", "es", "--rank", "2"), 2, "for eggroll alone"),
        (("online_bin_packing", "--budget", "10"), 3, "expected `arrays`"),
    ],
)
def test_what_cannot_be_done_is_said(evo, tmp_path, words, code, message):
    result = evo("baseline", *words, "--runs-dir", tmp_path / "runs")
    assert result.code == code, result.err
    assert message in result.err
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("body", "message"),
    [("return batch['nothing']", "KeyError"), ("return 1.0", "expected (6,)"), ("return [float('nan')] * 6", "finite")],
)
def test_a_broken_score_is_no_run(evo, tmp_path, body, message):
    folder = tmp_path / "circle_packing"
    shutil.copytree(load_problem("circle_packing/26").folder, folder)
    output = "def output(arrays, params):\n    return []\n"
    (folder / "baseline.py").write_text(f"def score(batch, params):\n    {body}\n\n{output}")
    result = evo("baseline", f"{folder}/26", "--budget", "6", "--method", "random", "--runs-dir", tmp_path / "runs")
    assert result.code != 0
    assert message in result.err
    assert not (tmp_path / "runs").exists()


def test_problem_code_stays_out_of_this_process(evo, tmp_path):
    import sys

    before = set(sys.modules)
    evo("baseline", *SMALL, "--runs-dir", tmp_path)
    assert not {"baseline", "cma"} & (set(sys.modules) - before)


def test_the_shapes_of_an_array_are_declared(evo, tmp_path):
    folder = tmp_path / "circle_packing"
    shutil.copytree(load_problem("circle_packing/26").folder, folder)
    text = (folder / "problem.yaml").read_text()
    for old, new, message in (
        ("[n, 2]", "[m, 2]", "'m'"),
        ("start: 0.1", "start: 0.7", "start"),
        ("0.5,", "0.0,", "high"),
    ):
        assert old in text
        (folder / "problem.yaml").write_text(text.replace(old, new, 1))
        result = evo("baseline", f"{folder}/26", "--budget", "6", "--runs-dir", tmp_path / "runs")
        assert result.code == 3, result.err
        assert message in result.err
