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

from evo.execute.inside import tree
from evo.execute.inside.confine import SCRATCH_ENTRIES, SCRATCH_FILES

MAX_THREADS = 256
MAX_DEPTH = 32
"""Of directories in directories; below it nothing is counted, so nothing may be."""
CPU_SLACK_SECONDS = 0.02
"""How long after its CPU limit a candidate is ended from outside."""
_BLOCK = 512
_LISTABLE = stat.S_IRUSR | stat.S_IXUSR
MB = 1 << 20


class Excess(StrEnum):
    """What a candidate had too much of."""

    CPU = "cpu"
    FILES = "files"
    THREADS = "threads"


def excess(
    pid: int, *, scratch: str, cpu_seconds: float, file_mb: int, held: tuple[int, int] = (0, 0)
) -> Excess | None:
    """Return what a running process uses too much of, None also where the system does not tell.

    Costs a few dozen microseconds. `pid` must not have been reaped yet; `held` are the entries and bytes that lay in
    `scratch` before it began.
    """
    if sys.platform != "linux":
        return None
    try:
        if _cpu_seconds(pid) > cpu_seconds + CPU_SLACK_SECONDS:
            return Excess.CPU
        if _threads(pid) > MAX_THREADS:
            return Excess.THREADS
        hidden = tree.hidden_bytes((pid,), scratch=scratch, file_bytes=file_mb * MB)
        room = SCRATCH_FILES * file_mb * MB - hidden + held[1]
    except (OSError, ValueError, IndexError):
        # It has just ended.
        return None
    return None if _fits(scratch, room, SCRATCH_ENTRIES + held[0]) else Excess.FILES


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process, by the clock that the kernel keeps for each."""
    return time.clock_gettime((~pid << 3) | 2)


def _threads(pid: int) -> int:
    with open(f"/proc/{pid}/stat", "rb") as line:  # noqa: PTH123 - asked often
        return int(line.read().rpartition(b")")[2].split()[17])


def _make_listable(folder: str) -> None:
    """Give the owner of a directory the right to look into it; never follows a link."""
    fd = os.open(folder, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.chmod(f"/proc/self/fd/{fd}", stat.S_IRWXU)  # noqa: PTH101 - through the descriptor
    finally:
        os.close(fd)


def _fits(scratch: str, room: int, most: int) -> bool:
    """Tell whether a directory holds at most `room` bytes, `most` entries, and none too deep; follow no link."""
    waiting, seen = [(scratch, 0)], 0
    while waiting and room >= 0:
        folder, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return False
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    seen += 1
                    if seen > most:
                        return False
                    found = entry.stat(follow_symlinks=False)
                    room -= found.st_blocks * _BLOCK
                    if stat.S_ISDIR(found.st_mode):
                        if found.st_mode & _LISTABLE != _LISTABLE:
                            _make_listable(entry.path)
                        waiting.append((entry.path, depth + 1))
        except PermissionError:
            # Nobody can say what is in it.
            return False
        except OSError:
            # Removed meanwhile.
            continue
    return room >= 0
