"""Packs as they are typed: three tickets of each kind of pack, and of earlier names."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHORT = ("--quiet", "--set", "budget.tickets=3", "--set", "budget.evaluations=3")


def evo(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "evo", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def status(runs: Path) -> dict:
    return json.loads(evo("status", "--json", "--runs-dir", str(runs)).stdout)


@pytest.mark.parametrize(
    ("named", "problem", "instance", "objective"),
    [
        ("cap_set", "cap_set", "8", 0),
        ("cell_sorting/policy_r1", "cell_sorting", "policy_r1", 0),
        ("heilbronn/convex_14", "heilbronn", "convex_14", 0),
        ("autocorrelation/second", "autocorrelation", "second", 0),
        ("circle_packing", "circle_packing", "26", 1),
        ("problems/sums_differences", "sums_differences", "lemma", 1),
        ("sums_differences/digits", "sums_differences", "digits", 1),
    ],
)
def test_three_tickets(tmp_path: Path, named: str, problem: str, instance: str, objective: float) -> None:
    done = evo("run", named, *SHORT, "--runs-dir", str(tmp_path))
    assert done.returncode == 0, done.stderr
    found = status(tmp_path)
    assert (found["problem"], found["instance"], found["committed"]) == (problem, instance, 3)
    assert found["best"]["objective"] > objective
    again = evo("replay", "--execute", "--runs-dir", str(tmp_path))
    assert again.returncode == 0, again.stderr


def test_an_earlier_name_is_said_and_goes_on(tmp_path: Path) -> None:
    done = evo("run", "heilbronn_triangle", *SHORT, "--runs-dir", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines().count("heilbronn_triangle is now heilbronn/triangle") == 1
    assert status(tmp_path)["instance"] == "triangle"
    scored = evo("score", "heilbronn_convex/14", "problems/heilbronn/seeds/convex/ellipse.py", "--json")
    assert json.loads(scored.stdout)["status"] == "VALID"
    assert scored.stderr == "heilbronn_convex/14 is now heilbronn/convex_14\n"


THEN = (
    "prompts: {edition: 1}\nmemory: brief\nschedule: {draws: 1}\nstrategy: map_elites\nislands: {count: 2}\n"
    "mix: weights\nemitters: [{use: diff, weight: 5}, {use: rewrite, weight: 1}, {use: crossover, weight: 2}]\n"
)
"""What has become otherwise in every run since."""


def test_a_config_that_names_an_earlier_address_gives_the_run_that_it_gave(tmp_path: Path) -> None:
    """The log is what it was when this was written, prompts and hashes included, and it goes on.

    The hash was that of the pack before it was renamed until the offline proposer read seeds of 31 bits.
    """
    config = tmp_path / "old.yaml"
    config.write_text("extends: base\nproblem: heilbronn_square/5\nbudget: {tickets: 8}\n" + THEN)
    done = evo("run", str(config), "--quiet", "--runs-dir", str(tmp_path / "runs"))
    assert done.returncode == 0, done.stderr
    found = status(tmp_path / "runs")
    assert (found["problem"], found["instance"]) == ("heilbronn_square", "5")
    assert found["log_hash"] == "1ee16f36fefe5ff85cf434779cb60c7c"
    more = evo("resume", "--quiet", "--set", "budget.tickets=9", "--runs-dir", str(tmp_path / "runs"))
    assert more.returncode == 0, more.stderr
    assert status(tmp_path / "runs")["committed"] == 9
