"""The gate of a command: whoever wants to be a new process or thread asks first, so their number is bounded for good.

A filter beside the one of the walls hands such calls to the process that watches over the command, which lets them
happen or refuses them (see seccomp_unotify(2)). It needs no privileges and no control group, and it counts before the
process exists. Asked as well are those who set a handler for ended children: it may not let them vanish without anybody
being told what they used, nor interrupt the asking. Standard library only.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
from typing import TYPE_CHECKING

from evo.execute.inside import kernel, seccomp
from evo.execute.inside.syscalls import ARCHITECTURES, NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable

_CREATE = ("clone", "fork", "vfork")
_HANDLE = "rt_sigaction"
_CHILD_ENDED = 17
_IGNORED, _NO_WAITING = 1, 2
"""The handler and the flag by which children leave nothing behind to be waited for."""
_RESTART = 0x10000000
"""The flag by which calls go on after a handler, as creating a process does where nobody has to be asked."""
_NEW_LISTENER, _WAIT_KILLABLE = 8, 32
_RECEIVE, _ANSWER = 0xC0502100, 0xC0182101
_REQUEST = struct.Struct("=QIIiIQ6Q")
_REPLY = struct.Struct("=QqiI")
_GO_ON = 1
_ACTION = struct.Struct("=QQ")
_PIECE = struct.Struct("=QQ")
"""A struct iovec: address and length."""
_NOTIFY: seccomp.Step = (0x06, 0, 0, 0x7FC00000)


def steps(machine: str) -> list[seccomp.Step]:
    """Return the filter: creation of processes and threads, and handlers of ended children, are asked about."""
    numbers = NUMBERS[machine]
    ask = [numbers[name] for name in _CREATE if name in numbers]
    # From the end: allow, notify. Distances are to them.
    check = [
        seccomp.load(0),
        (seccomp.IF_EQUAL, 0, 4, _CHILD_ENDED),
        seccomp.load(1),
        (seccomp.IF_EQUAL, 0, 3, 0),
        seccomp.load(1, high=True),
        (seccomp.IF_EQUAL, 0, 1, 0),
        seccomp.ALLOW,
        _NOTIFY,
    ]
    number = (seccomp.IF_EQUAL, 0, len(check) - 2, numbers[_HANDLE])
    asked = [(seccomp.IF_EQUAL, len(ask) - 1 - at + len(check), 0, each) for at, each in enumerate(ask)]
    tests = [*asked, number, *check]
    ours = (seccomp.IF_EQUAL, 0, len(tests) - 1, ARCHITECTURES[machine])
    return [seccomp.LOAD_ARCHITECTURE, ours, seccomp.LOAD_NUMBER, *tests]


class GateFilter:
    """The filter of this machine, assembled once."""

    __slots__ = ("_buffer", "_call", "_header")

    def __init__(self, machine: str) -> None:
        self._call = NUMBERS[machine]["seccomp"]
        program = steps(machine)
        code = b"".join(seccomp.INSTRUCTION.pack(*step) for step in program)
        self._buffer = ctypes.create_string_buffer(code, len(code))
        self._header = struct.pack("@HP", len(program), ctypes.addressof(self._buffer))

    def install(self) -> int:
        """Ask at the gate from now on, with all that this process starts; needs no_new_privileges.

        Returns:
            The descriptor at which to answer.

        Raises:
            OSError: the kernel refused.
        """
        for flags in (_NEW_LISTENER | _WAIT_KILLABLE, _NEW_LISTENER):
            done = kernel.request(self._call, seccomp.SET_MODE_FILTER, flags, self._header)
            # Before Linux 5.19 signals may interrupt who has been heard already.
            if done >= 0 or ctypes.get_errno() != errno.EINVAL:
                break
        return kernel.checked(done, "seccomp with a listener")


class Gate:
    """The answering end.

    Args:
        listener: from `GateFilter.install`, in a process that this one started.
    """

    __slots__ = ("_numbers", "listener")

    def __init__(self, listener: int) -> None:
        self.listener = listener
        self._numbers = NUMBERS[os.uname().machine]

    def answer(self, admit: Callable[[], bool]) -> None:
        """Answer one who waits; admit tells whether there may be one more process or thread."""
        asked = bytearray(_REQUEST.size)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, asked)
        except OSError:
            # It has died meanwhile.
            return
        token, pid, _, number, _, _, _, address, *_ = _REQUEST.unpack(asked)
        if number == self._numbers[_HANDLE]:
            # Whoever is not told yes finds that the call did nothing and did not fail.
            reply = _REPLY.pack(token, 0, 0, _GO_ON if self._tamed(pid, address) else 0)
        elif admit():
            reply = _REPLY.pack(token, 0, 0, _GO_ON)
        else:
            reply = _REPLY.pack(token, 0, -errno.EAGAIN, 0)
        try:
            fcntl.ioctl(self.listener, _ANSWER, reply)
        except OSError:
            return

    def _tamed(self, pid: int, address: int) -> bool:
        """Tell whether a handler leaves ended children to be waited for, and see to it that calls go on after it."""
        action = ctypes.create_string_buffer(_ACTION.size)
        here = _PIECE.pack(ctypes.addressof(action), _ACTION.size)
        there = _PIECE.pack(address, _ACTION.size)
        if kernel.request(self._numbers["process_vm_readv"], pid, here, 1, there, 1, 0) != _ACTION.size:
            # The kernel cannot read it either, or it is read by nobody but the kernel.
            return True
        handler, flags = _ACTION.unpack(action.raw)
        if handler == _IGNORED or flags & _NO_WAITING:
            return False
        if handler and not flags & _RESTART:
            action.raw = _ACTION.pack(handler, flags | _RESTART)
            kernel.request(self._numbers["process_vm_writev"], pid, here, 1, there, 1, 0)
        return True

    def close(self) -> None:
        """Answer nobody any more; who asks is refused."""
        os.close(self.listener)
