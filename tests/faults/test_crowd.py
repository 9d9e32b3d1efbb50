"""Twenty processes that resume one run at once: one does, and the others know whom to wait for, at next to no cost."""

import os
import signal
import subprocess
import sys
from statistics import median

from evo.store.lock import is_locked
from evo.store.reading.glance import folder_of
from tests.faults.rig import ROOT
from tests.render.small_run import write_run
from tests.yardstick import cpu_of

CROWD = 20
RUNNING = "import aiohttp, jinja2, networkx, openai, pydantic, sqlalchemy.dialects.sqlite, yaml"
"""What whoever goes on with a run loads, and whoever is turned away does not."""


def test_twenty_resume_at_once(tmp_path):
    begin = [sys.executable, "-m", "evo", "run", "smoke", "--quiet", "--runs-dir", str(tmp_path)]
    settings = ["--set", "budget.tickets=3", "--set", "executor.sandbox=none"]
    subprocess.run([*begin, *settings], cwd=ROOT, capture_output=True, check=True)
    again = [sys.executable, "-m", "evo", "resume", "--quiet", "--runs-dir", str(tmp_path)]
    command = [*again, "--set", "budget.tickets=1000000"]
    crowd = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for _ in range(CROWD)
    ]
    cpu, said, won = [], [], None
    waiting = {each.pid: each for each in crowd}
    while len(waiting) > 1:
        pid, status, usage = os.wait4(-1, 0)
        if pid in waiting:
            loser = waiting.pop(pid)
            loser.returncode = os.waitstatus_to_exitcode(status)
            cpu.append(usage.ru_utime + usage.ru_stime)
            said.append((loser.returncode, loser.stderr.read()))
            loser.stderr.close()
    (won,) = waiting.values()
    try:
        assert all(
            code == 1 and f"being written by pid {won.pid} on {os.uname().nodename}" in text for code, text in said
        )
        assert len(said) == CROWD - 1
        assert median(cpu) < cpu_of(RUNNING), sorted(cpu)
        (folder,) = tmp_path.glob("2*")
        assert is_locked(folder)
    finally:
        won.send_signal(signal.SIGKILL)
        won.wait()
        won.stderr.close()


def test_a_run_is_told_at_a_glance(tmp_path):
    first = write_run(tmp_path / "20260101-120000-toy-3fa9", created=2.0)
    second = write_run(tmp_path / "20260102-120000-toy-3fb0", created=1.0)
    (tmp_path / "20270101-no-run").mkdir()
    assert folder_of(tmp_path, "@last") == first
    assert folder_of(tmp_path, "3fb0") == folder_of(tmp_path, "20260102") == folder_of(tmp_path, str(second)) == second
    assert folder_of(tmp_path, "3f") is folder_of(tmp_path, "nope") is folder_of(tmp_path / "none", "@last") is None
