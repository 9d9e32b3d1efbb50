"""Landlock: which files, ports and processes are in reach, given up by a process itself for ever (see landlock(7)).

Every right that the running kernel knows is handled, so what is not granted is refused: kernels from 5.13 on restrict
files, from 6.2 truncation, from 6.7 TCP, from 6.10 device requests, from 6.12 signals and abstract sockets. What an
older kernel lets through is closed by the system call filter. Standard library only.
"""

from __future__ import annotations

import os
import stat
import struct
from typing import TYPE_CHECKING

from evo.execute.inside import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_BENEATH_PATH, _NET_PORT = 1, 2
_RULESET = struct.Struct("=QQQ")
_BENEATH = struct.Struct("=Qi")
_PORT, _CONNECT = struct.Struct("=QQ"), 1 << 1

_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_EXECUTE, _DEVICES, _SOCKETS_AND_PIPES, _DEVICE_REQUESTS = 1, 1 << 6 | 1 << 11, 1 << 9 | 1 << 10, 1 << 15
_READ = _READ_FILE | _READ_DIR
_RIGHTS = (0, 13, 14, 15, 15, 16)
"""How many file rights each version knows; later ones no more than the last."""
_TCP_SINCE, _TCP = 4, 0b11
_SCOPE_SINCE, _SCOPE = 6, 0b11
_QUIET_SINCE, _QUIET = 7, 0b1


def version() -> int:
    """Return the version of the interface that this kernel offers, 0 where there is none."""
    return max(0, kernel.request(_CREATE_RULESET, None, 0, _ASK_VERSION))


def handles(paths: Iterable[str]) -> tuple[int, ...]:
    """Open what exists of `paths`, to be granted again and again."""
    opened: list[int] = []
    for path in paths:
        try:
            opened.append(os.open(path, os.O_PATH | os.O_CLOEXEC))
        except OSError:
            continue
    return tuple(opened)


def holes(hidden: Iterable[str], readable: Iterable[str] = ()) -> int:
    """Return a descriptor of rules by which every file may be read but those beneath some folders.

    Rules can only grant, so all that lies beside a way to such a folder is granted, as it is now. For `obey`.

    Args:
        hidden: absolute paths without links.
        readable: likewise; what may be read though it lies beneath a hidden one.

    Raises:
        OSError: the kernel refused.
    """
    attributes = _RULESET.pack(_READ_FILE, 0, 0)
    rules = kernel.checked(kernel.request(_CREATE_RULESET, attributes, _RULESET.size, 0), "landlock_create_ruleset")
    for path in (*_beside("/", frozenset(hidden)), *readable):
        for fd in handles((path,)):
            added = kernel.request(_ADD_RULE, rules, _BENEATH_PATH, _BENEATH.pack(_READ_FILE, fd), 0)
            os.close(fd)
            kernel.checked(added, "landlock_add_rule")
    return rules


def obey(rules: int) -> None:
    """Restrict this process by rules that were made in it, or in one that it descends from; needs no_new_privileges.

    Raises:
        OSError: the kernel refused.
    """
    # A refusal is the candidate's business and not the system log's.
    quiet = _QUIET if version() >= _QUIET_SINCE else 0
    kernel.checked(kernel.request(_RESTRICT_SELF, rules, quiet), "landlock_restrict_self")


def _beside(folder: str, hidden: frozenset[str]) -> Iterator[str]:
    """Yield what lies in a folder and is on no way to a hidden one; links have nothing beneath them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink() or entry.path in hidden:
                continue
            if any(path.startswith(f"{entry.path}/") for path in hidden):
                yield from _beside(entry.path, hidden)
            else:
                yield entry.path


class Fence:
    """What is readable for every process that this one forks, prepared once.

    Args:
        readable: handles of files and directories that may be read, with all that lies beneath.
        startable: handles of directories whose programs may be started too; with any, so may what lies in scratch.
        port: to which connections may be made; 0 for none.

    Attributes:
        bounds_signals: whether it keeps signals inside.
    """

    __slots__ = ("_attributes", "_grants", "_inside", "_port", "bounds_signals")

    def __init__(self, readable: Sequence[int], startable: Sequence[int] = (), port: int = 0) -> None:
        abi = version()
        rights = (1 << _RIGHTS[min(abi, len(_RIGHTS) - 1)]) - 1
        tcp = _TCP if abi >= _TCP_SINCE else 0
        self.bounds_signals = abi >= _SCOPE_SINCE
        self._port = port if tcp else 0
        never = _DEVICES | _SOCKETS_AND_PIPES | _DEVICE_REQUESTS | (0 if startable else _EXECUTE)
        self._inside = rights & ~never
        self._attributes = _RULESET.pack(rights, tcp, _SCOPE if self.bounds_signals else 0)
        self._grants = (
            *((fd, _READ if stat.S_ISDIR(os.fstat(fd).st_mode) else _READ_FILE) for fd in readable),
            *((fd, _READ | _EXECUTE) for fd in startable),
        )

    def close(self, scratch: str, writable: Sequence[int] = ()) -> None:
        """Leave this process the readable files and one directory to write to; needs no_new_privileges.

        Args:
            scratch: the directory.
            writable: handles of single files, such as the null device, that may be written too.

        Raises:
            OSError: the kernel refused.
        """
        rules = self.rules(scratch, writable)
        try:
            obey(rules)
        finally:
            os.close(rules)

    def rules(self, scratch: str, writable: Sequence[int] = ()) -> int:
        """Return a descriptor of the rules that `close` puts in force; the caller's.

        Raises:
            OSError: the kernel refused.
        """
        rules = kernel.checked(
            kernel.request(_CREATE_RULESET, self._attributes, _RULESET.size, 0), "landlock_create_ruleset"
        )
        own = os.open(scratch, os.O_PATH | os.O_CLOEXEC)
        try:
            for fd, rights in (*self._grants, *((fd, _WRITE_FILE) for fd in writable), (own, self._inside)):
                rule = _BENEATH.pack(rights, fd)
                added = kernel.request(_ADD_RULE, rules, _BENEATH_PATH, rule, 0)
                kernel.checked(added, "landlock_add_rule")
            if self._port:
                added = kernel.request(_ADD_RULE, rules, _NET_PORT, _PORT.pack(_CONNECT, self._port), 0)
                kernel.checked(added, "landlock_add_rule")
        except OSError:
            os.close(rules)
            raise
        finally:
            os.close(own)
        return rules
