"""A process with all that descends from it, as the kernel accounts for it: how many, how much time, how much memory.

For what no limit of the kernel covers. Linux only; elsewhere nothing is found. Standard library only.
"""

from __future__ import annotations

import os
import re
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
_OWN_TIMES, _TIMES_OF_CHILDREN, _THREADS, _RESIDENT = slice(11, 13), slice(13, 15), 17, 21
_OWN_MEMORY = re.compile(rb"^Pss_(?:Anon|Shmem): +(\d+) kB$", re.MULTILINE)
_NAMELESS = re.compile(rb"^\S+ \S+ \S+ ([0-9a-f]+):([0-9a-f]+) (\d+) .*\(deleted\)$", re.MULTILINE)


@dataclass(slots=True)
class Look:
    """What a tree of processes was found to be.

    Attributes:
        pids: of every process, the ended and unreaped included.
        threads: of all of them together; one that has ended counts as one.
        cpu_seconds: of the living, and of those that the living have waited for.
        resident_bytes: at most what they hold in memory: what they share is counted for each.
    """

    pids: list[int]
    threads: int = 0
    cpu_seconds: float = 0.0
    resident_bytes: int = 0


def look(roots: Iterable[int]) -> Look:
    """Walk over all that descends from some processes, these included; who ends meanwhile may be missed."""
    found, pages = Look(pids=[]), 0
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        try:
            fields = _whole(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            threads = int(fields[_THREADS])
            found.pids.append(pid)
            found.threads += max(1, threads)
            found.cpu_seconds += _cpu_seconds(pid, fields)
            pages += int(fields[_RESIDENT])
            waiting += _children(pid, threads)
        except (OSError, ValueError, IndexError):
            continue
    found.resident_bytes = pages * _PAGE
    return found


def _cpu_seconds(pid: int, fields: list[bytes]) -> float:
    """Return the time of a process and of those that it has waited for."""
    try:
        # The kernel's clock for it: its listing counts in hundredths, which many processes could stay below.
        own = time.clock_gettime((~pid << 3) | 2)
    except OSError:
        own = sum(map(int, fields[_OWN_TIMES])) / _TICKS
    return own + sum(map(int, fields[_TIMES_OF_CHILDREN])) / _TICKS


def memory_bytes(pids: Iterable[int]) -> int:
    """Return what processes hold together beside files: each page once, however many of them share it."""
    total = 0
    for pid in pids:
        try:
            sizes = _OWN_MEMORY.findall(_whole(f"/proc/{pid}/smaps_rollup"))
        except OSError:
            continue
        total += sum(map(int, sizes)) * 1024
    return total


def hidden_bytes(pids: Iterable[int], *, scratch: str, file_bytes: int) -> int:
    """Return the size of the files without a name that processes hold, each of them once.

    Args:
        pids: the processes.
        scratch: where such files may lie.
        file_bytes: the largest size of a file. One that is mapped and not open shows no size, and counts as that.

    Raises:
        OSError: a process has just ended.
    """
    device = os.stat(scratch).st_dev  # noqa: PTH116 - pathlib costs zygotes memory
    opened, mapped = dict[tuple[int, int], int](), set[tuple[int, int]]()
    for pid in pids:
        with os.scandir(f"/proc/{pid}/fd") as entries:
            for entry in entries:
                found = entry.stat()
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    opened[found.st_dev, found.st_ino] = found.st_blocks * _BLOCK
        for major, minor, inode in _NAMELESS.findall(_whole(f"/proc/{pid}/maps")):
            lies = os.makedev(int(major, 16), int(minor, 16))
            if lies == device:
                mapped.add((lies, int(inode)))
    return sum(opened.values()) + len(mapped - opened.keys()) * file_bytes


def _children(pid: int, threads: int) -> list[int]:
    tasks = [str(pid)] if threads == 1 else os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - pathlib costs zygotes memory
    return [int(child) for task in tasks for child in _whole(f"/proc/{pid}/task/{task}/children").split()]


def _whole(path: str) -> bytes:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = [os.read(fd, 1 << 16)]
        while parts[-1]:
            parts.append(os.read(fd, 1 << 16))
        return b"".join(parts)
    finally:
        os.close(fd)
