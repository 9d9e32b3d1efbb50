"""Killed at random tickets and at every point between a request and its commit, a run loses and doubles nothing."""

import json
import subprocess
import sys

import pytest

from evo.crashpoints import CrashPoint
from tests.faults.killing import SLOTS, tickets
from tests.faults.rig import ROOT


def killed(folder, *specs):
    command = [sys.executable, "-m", "tests.faults.killing", str(folder), *specs]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    *found, plain = map(json.loads, done.stdout.splitlines())
    return dict(zip(specs, found, strict=True)), plain


def holds(found, plain, kills, *, ordered):
    assert found["hits"] >= kills - max(2, kills // 10), "most kills hit a living run"
    assert found["committed"] == tickets(kills)
    assert found["asked_again"] == 0, "an answer that is stored is not asked for again"
    assert found["paid_for_nothing"] <= found["hits"] * SLOTS
    assert found["reexecuted"] == found["hash"], "stored answers give the same log again"
    if ordered:
        assert (found["hash"], found["archive"]) == (plain["hash"], plain["archive"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kills", "seed"), [(12, 3), pytest.param(50, 4, marks=pytest.mark.soak)], ids=["12", "50"])
def test_killed_at_random_tickets(tmp_path, kills, seed):
    specs = [f"{schedule}:{workers}:{kills}:{seed}" for schedule in ("ordered", "arrival") for workers in (1, 8)]
    found, plain = killed(tmp_path, *specs)
    for spec, each in found.items():
        holds(each, plain, kills, ordered=spec.startswith("ordered"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=pytest.mark.soak)])
def test_killed_at_every_named_point(tmp_path, rounds):
    kills = rounds * len(CrashPoint)
    spec = f"points:8:{kills}:5"
    found, plain = killed(tmp_path, spec)
    holds(found[spec], plain, kills, ordered=True)
    assert found[spec]["points"] == sorted(CrashPoint)
