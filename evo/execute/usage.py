"""Looking into a running candidate from outside, for what no limit of the kernel covers.

It may ignore the CPU timer, fill its directory with many files, hide files by removing them while they are open, or
start a myriad threads.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from enum import StrEnum

from evo.execute.inside.confine import SCRATCH_ENTRIES, SCRATCH_FILES

MAX_THREADS = 256
MAX_DEPTH = 32
"""Of directories in directories; below it nothing is counted, so nothing may be."""
CPU_SLACK_SECONDS = 0.02
"""How long after its CPU limit a candidate is ended from outside."""
_BLOCK = 512
MB = 1 << 20


class Excess(StrEnum):
    """What a candidate had too much of."""

    CPU = "cpu"
    FILES = "files"
    THREADS = "threads"


def excess(pid: int, *, scratch: str, cpu_seconds: float, file_mb: int) -> Excess | None:
    """Return what a running process uses too much of, None also where the system does not tell.

    Costs a few dozen microseconds. `pid` must not have been reaped yet.
    """
    if sys.platform != "linux":
        return None
    try:
        if _cpu_seconds(pid) > cpu_seconds + CPU_SLACK_SECONDS:
            return Excess.CPU
        if _threads(pid) > MAX_THREADS:
            return Excess.THREADS
        room = SCRATCH_FILES * file_mb * MB - _hidden_bytes(pid)
    except (OSError, ValueError, IndexError):
        # It has just ended.
        return None
    return None if _fits(scratch, room) else Excess.FILES


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process, by the clock that the kernel keeps for each."""
    return time.clock_gettime((~pid << 3) | 2)


def _threads(pid: int) -> int:
    with open(f"/proc/{pid}/stat", "rb") as line:  # noqa: PTH123 - asked often
        return int(line.read().rpartition(b")")[2].split()[17])


def _hidden_bytes(pid: int) -> int:
    """Return the size of open files that have no name any more."""
    total = 0
    with os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            found = entry.stat()
            if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                total += found.st_blocks * _BLOCK
    return total


def _fits(scratch: str, room: int) -> bool:
    """Tell whether a directory holds at most `room` bytes and is neither too full nor too deep; follow no link."""
    waiting, seen = [(scratch, 0)], 0
    while waiting and room >= 0:
        folder, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return False
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    seen += 1
                    if seen > SCRATCH_ENTRIES:
                        return False
                    found = entry.stat(follow_symlinks=False)
                    room -= found.st_blocks * _BLOCK
                    if stat.S_ISDIR(found.st_mode):
                        waiting.append((entry.path, depth + 1))
        except OSError:
            # Removed meanwhile, or closed to its own user, which closes it to the candidate as well.
            continue
    return room >= 0
