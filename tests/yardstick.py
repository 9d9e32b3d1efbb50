"""How slow this machine is just now, so that a bound on CPU seconds holds on a slow or crowded one as well."""

import os
import subprocess
import sys
import time

REFERENCE_SECONDS = 0.010
"""What the work below costs on the machine that the bounds were written on, idle."""


def _work() -> float:
    began = time.process_time()
    table = {}
    for number in range(60_000):
        table[number % 1000] = number * 0.5 + len(table)
    sorted(table.values())
    return time.process_time() - began


def slowness() -> float:
    """Return by how much a bound is to be stretched: at least 1, where neighbours take cache and clock away more."""
    return max(1.0, min(_work() for _ in range(5)) / REFERENCE_SECONDS)


def cpu_of(code: str) -> float:
    """Return what a process that runs some Python costs just now, in CPU seconds: what another is compared with."""
    process = subprocess.Popen([sys.executable, "-c", code])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime
