"""Killed at random while people tell, an agent works and somebody steers, a run loses nothing that was acknowledged."""

import json
import subprocess
import sys

import pytest

from tests.faults.rig import ROOT


def killed(folder, schedule, kills, seed, steer):
    words = [str(folder / f"{schedule}-{seed}-{steer}"), schedule, str(kills), str(seed), str(steer)]
    command = [sys.executable, "-m", "tests.faults.wheel_killing", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("schedule", ["ordered", "arrival"])
@pytest.mark.parametrize("kills", [20, pytest.param(100, marks=pytest.mark.soak)])
def test_killed_with_everybody_at_the_wheel(tmp_path, schedule, kills):
    found = killed(tmp_path, schedule, kills, 3, 0.3)
    assert found["hits"] >= kills - max(4, kills // 5), "most kills hit a living run"
    assert found["committed"] == 4 * kills
    assert {"command", "diff", "outside", "seed"} <= set(found["operators"])
    assert found["events"] > 3
    assert (found["lost_commits"], found["lost_tells"]) == (0, [])
    assert found["told"] > kills
    assert found["executed"] == found["hash"]


@pytest.mark.timeout(300)
def test_an_ordered_run_does_not_depend_on_who_killed_it(tmp_path):
    one, other = (killed(tmp_path, "ordered", 5, seed, 0.0) for seed in (1, 2))
    assert one["hits"] + other["hits"] > 5
    assert one["hash"] == other["hash"] == one["executed"]
