"""What the kernel counts of a candidate's process while it lives: CPU time, and instructions where it may be asked.

Read from outside, so that nothing a candidate does to its own clocks changes it.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import time

_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
_ATTRIBUTES_BYTES = 112
_INSTRUCTIONS = 1
_INHERIT, _NO_KERNEL, _NO_HYPERVISOR = 1 << 1, 1 << 5, 1 << 6
_COUNT = struct.Struct("q")


class Counters:
    """The counters of one process, from when they are made.

    Args:
        pid: of the process; 0 for one that cannot be looked at from here.

    Attributes:
        uncounted: why instructions are not counted; "" where they are.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._cpu_seconds, self._instructions = pid, 0.0, 0
        self._fd, self.uncounted = _open_counter(pid)

    def cpu_seconds(self) -> float:
        """Return the CPU time of all its threads; what was last known once it is gone."""
        if self._pid and sys.platform == "linux":
            try:
                # The clock that the kernel keeps for every process.
                self._cpu_seconds = time.clock_gettime((~self._pid << 3) | 2)
            except OSError:
                self._pid = 0
        return self._cpu_seconds

    def instructions(self) -> int | None:
        """Return the instructions of its own code and of programs that it started since; None if nobody counts them."""
        if self.uncounted:
            return None
        if self._fd >= 0:
            (self._instructions,) = _COUNT.unpack(os.read(self._fd, _COUNT.size))
        return self._instructions

    def close(self) -> None:
        """Take a last look and let go; may be called twice."""
        self.cpu_seconds()
        self.instructions()
        self._pid = 0
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def _open_counter(pid: int) -> tuple[int, str]:
    """Return a descriptor that counts instructions, or -1 and why there is none."""
    number = _PERF_EVENT_OPEN.get(os.uname().machine)
    if not pid or sys.platform != "linux" or number is None:
        return -1, "no counter of instructions on this system"
    attributes = ctypes.create_string_buffer(_ATTRIBUTES_BYTES)
    struct.pack_into("=IIQ", attributes, 0, 0, _ATTRIBUTES_BYTES, _INSTRUCTIONS)
    struct.pack_into("=Q", attributes, 40, _INHERIT | _NO_KERNEL | _NO_HYPERVISOR)
    call = ctypes.CDLL(None, use_errno=True).syscall
    fd = int(
        call(ctypes.c_long(number), attributes, ctypes.c_int(pid), ctypes.c_int(-1), ctypes.c_int(-1), ctypes.c_long(8))
    )
    if fd < 0:
        return -1, f"perf_event_open: {os.strerror(ctypes.get_errno())}"
    return fd, ""
