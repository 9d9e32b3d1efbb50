"""A killed run pays for no answer twice, but for the calls that were in flight."""

import os
import signal
import subprocess
import sys
import time

from evo.config.run import BudgetSpec
from tests.faults.rig import ROOT, options
from tests.faults.test_runs import run, stored

SCRIPT = """
import sys
from pathlib import Path
from evo.config.run import BudgetSpec
from tests.faults.rig import options
from tests.faults.test_runs import run
run(Path(sys.argv[1]), options(sys.argv[2]), budget=BudgetSpec(tickets=60))
"""


def test_kill_9_at_several_moments_and_resume(serve, numbers, tmp_path):
    server = serve("--latency", "uniform:0.05:0.05", *numbers, answers=False)
    folder = tmp_path / "run"
    folder.mkdir()
    for moment in (5, 22, 45):
        process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), server.url], cwd=ROOT)
        deadline = time.monotonic() + 300
        while server.requests < moment and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    search, _ = run(folder, options(server.url), budget=BudgetSpec(tickets=60))
    assert search.run_state == "finished"
    answers = len(stored(folder))
    assert answers == 58, "one for each ticket that is no seed"
    assert server.requests <= answers + 3 * 8

    other = tmp_path / "other"
    other.mkdir()
    whole, _ = run(other, options(server.url), budget=BudgetSpec(tickets=60))
    assert whole.state.hash == search.state.hash
