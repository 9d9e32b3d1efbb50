"""The few requests to the Linux kernel that Python has no name for; on other systems they answer False.

Imported by every helper process: standard library only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_SET_PDEATHSIG, _GET_PDEATHSIG = 1, 2
_SET_CHILD_SUBREAPER = 36
_SET_NO_NEW_PRIVS, _GET_NO_NEW_PRIVS = 38, 39

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _prctl(option: int, argument: object = 0) -> int:
    """Return what prctl(2) does, -1 where it does not exist."""
    if _libc is None:
        return -1
    return int(_libc.prctl(option, argument, 0, 0, 0))


def die_with(parent: int) -> bool:
    """Ask to be killed when the parent dies, and leave at once when it is dead already.

    The request fires when the parent's *thread* that made this process ends.
    """
    asked = _prctl(_SET_PDEATHSIG, signal.SIGKILL.value) == 0
    if os.getppid() != parent:
        os._exit(1)
    return asked


def dies_with_parent() -> bool:
    """Tell whether this process is killed when its parent dies."""
    answer = ctypes.c_int(0)
    return _prctl(_GET_PDEATHSIG, ctypes.byref(answer)) == 0 and answer.value == signal.SIGKILL.value


def adopt_orphans() -> bool:
    """Become the parent of every descendant whose own parent dies."""
    return _prctl(_SET_CHILD_SUBREAPER, 1) == 0


def no_new_privileges() -> bool:
    """Give up set-uid and file capabilities for this process and all that it starts, for ever."""
    _prctl(_SET_NO_NEW_PRIVS, 1)
    return _prctl(_GET_NO_NEW_PRIVS) == 1


def own_children() -> list[int]:
    """Return the pids of this process's living and unreaped children; empty where the kernel does not tell."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", "rb") as listing:  # noqa: PTH123 - pathlib costs zygotes memory
            return [int(pid) for pid in listing.read().split()]
    except OSError:
        return []


def address_space_bytes() -> int:
    """Return the size of this process's address space; 0 where the kernel does not tell."""
    try:
        with open("/proc/self/statm", "rb") as sizes:  # noqa: PTH123 - see `own_children`
            return int(sizes.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
