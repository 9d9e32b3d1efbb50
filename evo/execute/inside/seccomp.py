"""The filter of system calls: a small program in the kernel's classic BPF, built once, installed in every candidate.

What is not listed is refused. Old calls are refused with EPERM, calls that a C library tries before an older one with
ENOSYS; a call of another architecture's table ends the process. Calls that can reach other processes are let through
by their arguments: threads but no processes, signals to oneself, limits read but not set. Standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import TYPE_CHECKING

from evo.execute.inside import kernel
from evo.execute.inside.syscalls import ALLOWED, ARCHITECTURES, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

Step = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, constant."""

INSTRUCTION = struct.Struct("=HBBI")
_LOAD, _AND, _RETURN, _JUMP = 0x20, 0x54, 0x06, 0x05
IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT = 0x15, 0x35, 0x45
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
LOAD_ARCHITECTURE: Step = (_LOAD, 0, 0, _ARCHITECTURE)
LOAD_NUMBER: Step = (_LOAD, 0, 0, _NUMBER)
_FARTHEST = 255
SET_MODE_FILTER, _KEEP_SPECULATION = 1, 4

ALLOW: Step = (_RETURN, 0, 0, 0x7FFF0000)
_KILL: Step = (_RETURN, 0, 0, 0x80000000)
_OWN_PID = 0xEEEEEEEE
"""Stands for the pid of the process that installs the filter; no pid is that high."""
_FIRST_WITH_FALLBACK = 424
"""Calls from here on are young enough that libraries know how to do without."""

_CLONE_THREAD = 0x00010000
_CLONE_APART = 0x7E020080
"""Every flag that asks for a new namespace."""
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032, 1034)
"""Descriptor flags, status flags and locks; not owners, signals, leases, notices, pipe sizes."""
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX."""
_PRCTL = (3, 15, 16, 23, 0x53564D41)
"""Dumpable read, name set and read, bounding set read, name of a mapping."""
_INET, _INET6 = 2, 10
_SIGNAL_SELF, _UNIX, _STREAM, _RECORDS, _TYPE_MASK = 0, 1, 1, 5, 0xF


def _refuse(number: int) -> Step:
    return (_RETURN, 0, 0, 0x00050000 | number)


_EPERM = _refuse(errno.EPERM)


def load(argument: int, *, high: bool = False) -> Step:
    """Return the step that loads a half of an argument."""
    # Both architectures are little-endian; the kernel itself looks at the low half of what it takes for an int.
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument + 4 * high)


def _one_of(argument: int, values: Sequence[int], refusal: Step = _EPERM) -> list[Step]:
    count = len(values)
    tests = [(IF_EQUAL, count - place, 0, value) for place, value in enumerate(values)]
    return [load(argument), *tests, refusal, ALLOW]


_CHECKED: dict[str, list[Step]] = {
    "clone": [load(0), (_IF_ANY_BIT, 0, 2, _CLONE_THREAD), (_IF_ANY_BIT, 1, 0, _CLONE_APART), ALLOW, _EPERM],
    "kill": _one_of(0, (_OWN_PID, _SIGNAL_SELF)),
    "tgkill": _one_of(0, (_OWN_PID,)),
    "prctl": _one_of(0, _PRCTL),
    # Reading one's own limits: no pid but one's own, and no new value.
    "prlimit64": [
        load(2),
        (IF_EQUAL, 0, 5, 0),
        load(2, high=True),
        (IF_EQUAL, 0, 3, 0),
        load(0),
        (IF_EQUAL, 2, 0, 0),
        (IF_EQUAL, 1, 0, _OWN_PID),
        _EPERM,
        ALLOW,
    ],
    "fcntl": _one_of(1, _FCNTL),
    "ioctl": _one_of(1, _IOCTL, _refuse(errno.ENOTTY)),
    # What event loops wake themselves with; datagrams could be sent to the system's own sockets.
    "socketpair": [
        load(0),
        (IF_EQUAL, 0, 3, _UNIX),
        load(1),
        (_AND, 0, 0, _TYPE_MASK),
        (IF_EQUAL, 1, 0, _STREAM),
        _EPERM,
        ALLOW,
    ],
}


_PROGRAMS: dict[str, list[Step]] = {
    **{name: [ALLOW] for name in ("fork", "vfork", "execve", "arch_prctl")},
    # Before it starts a program a library goes back to the ids that it has; without capabilities there are no others.
    **{name: [ALLOW] for name in ("setresuid", "setresgid")},
    # A pair of records as well as one of bytes, which is how some wait for a program to be started.
    "socketpair": [
        load(0),
        (IF_EQUAL, 0, 4, _UNIX),
        load(1),
        (_AND, 0, 0, _TYPE_MASK),
        (IF_EQUAL, 2, 0, _STREAM),
        (IF_EQUAL, 1, 0, _RECORDS),
        _EPERM,
        ALLOW,
    ],
    # Memory that no limit of a process covers; libraries do without.
    "memfd_create": [_refuse(errno.ENOSYS)],
    # Linkers make what they write executable; time stamps are what build tools go by.
    **{name: [ALLOW] for name in ("chmod", "fchmod", "fchmodat", "utimensat")},
    "clone": [load(0), (_IF_ANY_BIT, 1, 0, _CLONE_APART), ALLOW, _EPERM],
    "prlimit64": _one_of(0, (_OWN_PID, 0)),
    # To die with one's parent may be asked for, not revoked.
    "prctl": [
        load(0),
        (IF_EQUAL, 0, 3, 1),
        load(1),
        (IF_EQUAL, len(_PRCTL) + 3, 0, 9),
        _EPERM,
        *_one_of(0, _PRCTL),
    ],
}
"""What differs where candidates may start programs: compilers, and what they built."""
_SOCKETS: dict[str, list[Step]] = {
    # Streams over IP alone: a socket of the system's own, by a path, leads out of every namespace.
    "socket": [
        load(0),
        (IF_EQUAL, 1, 0, _INET),
        (IF_EQUAL, 0, 4, _INET6),
        load(1),
        (_AND, 0, 0, _TYPE_MASK),
        (IF_EQUAL, 0, 1, _STREAM),
        ALLOW,
        _EPERM,
    ],
    **{name: [ALLOW] for name in ("connect", "sendmsg", "sendmmsg")},
}
"""What differs where, beside that, a proxy on loopback may be asked; Landlock says at which port."""
_SIGNALS: dict[str, list[Step]] = {"kill": [ALLOW], "tgkill": [ALLOW]}
"""What else differs there, once Landlock keeps signals inside."""


def _tree(ranges: Sequence[tuple[int, list[Step]]]) -> list[Step]:
    """Return the steps that find the range of the loaded number; each range begins at its first member."""
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    below, above = _tree(ranges[:middle]), _tree(ranges[middle:])
    first = ranges[middle][0]
    if len(below) <= _FARTHEST:
        return [(_IF_AT_LEAST, len(below), 0, first), *below, *above]
    return [(_IF_AT_LEAST, 0, 1, first), (_JUMP, 0, 0, len(below)), *below, *above]


def program(machine: str, *, programs: bool = False, signals: bool = False, sockets: bool = False) -> list[Step]:
    """Return the filter for an architecture.

    Args:
        machine: as `os.uname` names it.
        programs: whether other programs may be started.
        signals: whether those may send signals, since something else bounds whom they reach.
        sockets: whether those may open streams over IP, since something else bounds where to.

    Raises:
        OSError: there is no table for it.
    """
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    numbers = NUMBERS[machine]
    rules: dict[int, list[Step]] = {numbers[name]: [ALLOW] for name in ALLOWED if name in numbers}
    checked = {**_CHECKED, **(_PROGRAMS if programs else {}), **(_SIGNALS if programs and signals else {})}
    checked |= _SOCKETS if programs and sockets else {}
    rules |= {numbers[name]: steps for name, steps in checked.items() if name in numbers}
    last = max(rules)
    ranges: list[tuple[int, list[Step]]] = []
    for number in range(last + 2):
        fallback = _refuse(errno.ENOSYS) if number >= _FIRST_WITH_FALLBACK else _EPERM
        steps = rules.get(number, [fallback])
        if not ranges or ranges[-1][1] != steps:
            ranges.append((number, steps))
    start = [
        LOAD_ARCHITECTURE,
        (IF_EQUAL, 1, 0, ARCHITECTURES[machine]),
        _KILL,
        LOAD_NUMBER,
    ]
    return [*start, *_tree(ranges)]


class SyscallFilter:
    """The program of this machine, assembled once; `install` fills in who installs it."""

    __slots__ = ("_buffer", "_call", "_header", "_pids")

    def __init__(self, machine: str, *, programs: bool = False, signals: bool = False, sockets: bool = False) -> None:
        steps = program(machine, programs=programs, signals=signals, sockets=sockets)
        self._call = NUMBERS[machine]["seccomp"]
        code = b"".join(INSTRUCTION.pack(*step) for step in steps)
        self._buffer = ctypes.create_string_buffer(code, len(code))
        # struct sock_fprog: a count, padding, a pointer.
        self._header = struct.pack("@HP", len(steps), ctypes.addressof(self._buffer))
        self._pids = [at * INSTRUCTION.size + 4 for at, step in enumerate(steps) if step[3] == _OWN_PID]

    def install(self) -> None:
        """Filter this process's calls from now on; needs no_new_privileges.

        Raises:
            OSError: the kernel refused.
        """
        for place in self._pids:
            struct.pack_into("=I", self._buffer, place, os.getpid())
        # Numerical code would pay for mitigations that guard against reading one's own memory.
        done = kernel.request(self._call, SET_MODE_FILTER, _KEEP_SPECULATION, self._header)
        kernel.checked(done, "seccomp")
