"""Ctrl-C once lets what is in flight finish, twice stops; what was seen is kept, and a resume goes on."""

import json
import subprocess
import sys

import pytest

from tests.faults.rig import ROOT
from tests.faults.signalling import LATENCY, TICKETS

SIGNALS = ("SIGINT:1", "SIGINT:2", "SIGTERM:1", "SIGHUP:1")


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.soak)])
def test_signals_in_every_phase(tmp_path, rounds):
    cases = [f"{phase}:{how}" for _ in range(rounds) for phase in LATENCY for how in SIGNALS]
    command = [sys.executable, "-m", "tests.faults.signalling", str(tmp_path), *cases]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    *found, plain = map(json.loads, done.stdout.splitlines())
    for words, each in zip(cases, found, strict=True):
        assert each["code"] == 130, (words, each)
        assert each["kept"], words
        assert 5 <= each["commits"] < TICKETS, words
        assert "evo resume @last" in each["said"], (words, each["said"])
        assert each["took"] < 120, words  # a moment; a run that ignores a signal ends by itself with all tickets
        assert each["hash"] == plain["hash"], words
        once = words.endswith(":1")
        assert ("Interrupted after" in each["said"]) == once, words
        assert ("Stopped at once" in each["said"]) == (not once), words
