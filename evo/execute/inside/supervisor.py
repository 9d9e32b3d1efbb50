"""Watching one step of a command, and all that it starts, from the trusted process above it.

The step asks at a gate for every process and thread. What ends without a parent comes here and is waited for, so its
CPU time is on the account. Now and then everything that lives is looked at, for what no limit of the kernel covers: the
memory and the time of all of it together. Standard library only.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import time
from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

from evo.execute.inside import kernel, tree

if TYPE_CHECKING:
    from evo.execute.inside.gate import Gate

MAX_PROCESSES = 64
"""Of one step at a time, the ended and unreaped included."""
MAX_THREADS = 256
"""Of all of them together."""
FIRST_LOOK_SECONDS, LOOK_SECONDS = 0.05, 0.02
"""From the start to the first look, and between two; a step that is done sooner is never looked at."""
_LOOK_SHARE = 0.1
"""Most of the time that goes into looking."""
_RECOUNT_SECONDS = 0.005
_ROUNDS = 64
"""Most rounds of killing what starts others while it is killed."""
_MB = 1 << 20


class Overuse(Enum):
    """What a step had too much of; STOPPED: somebody else has had enough of it."""

    CPU = auto()
    MEMORY = auto()
    FILES = auto()
    STOPPED = auto()


class Attends(Protocol):
    """Attends to a step while it runs; `attendant.Attendant`.

    Attributes:
        listener: a descriptor at which something may be heard.
        stopped: whether the step is to be ended.
    """

    listener: int
    stopped: bool

    def hear(self) -> bool:
        """Take what is to be heard; False when there will be nothing more."""
        ...

    def look(self) -> None:
        """See what it wants; called every now and then."""
        ...


class Supervisor:
    """One step under way.

    Args:
        pid: its first process, a child of this one, which adopts orphans.
        gate: where it asks; None where there is none.
        cpu_seconds, memory_bytes: limits of everything together.
        hidden: where files without a name may lie, how large one may be, how large all; None where they are bounded.
        attendant: attends to it while it runs; None for nobody.

    Attributes:
        peak_bytes: the most that was seen of memory.
    """

    def __init__(
        self,
        pid: int,
        gate: Gate | None,
        *,
        cpu_seconds: float,
        memory_bytes: int,
        hidden: tuple[str, int, int] | None,
        attendant: Attends | None = None,
    ) -> None:
        self._pid, self._gate, self._attendant = pid, gate, attendant
        self._cpu_seconds, self._memory_bytes, self._hidden = cpu_seconds, memory_bytes, hidden
        self._status: int | None = None
        self._before = _waited_for()
        self._seen = self._lost = self._counted = 0.0
        self._left = 0
        self.peak_bytes = 0

    @property
    def used(self) -> float:
        """CPU seconds of what has been waited for, and of what vanished otherwise."""
        return _waited_for() - self._before + self._lost

    def follow(self) -> tuple[int, Overuse | None]:
        """Wait for the end of the step, or for an excess, and end all that is left of it.

        Returns:
            The wait status of its first process, and the excess, if any.
        """
        if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
            _, status, _ = os.wait4(self._pid, 0)
            return status, None
        excess = None
        ended = os.pidfd_open(self._pid)
        try:
            poll = select.poll()
            poll.register(ended, select.POLLIN)
            if self._gate:
                poll.register(self._gate.listener, select.POLLIN)
            if self._attendant:
                poll.register(self._attendant.listener, select.POLLIN)
            excess = self._watch(poll)
        finally:
            os.close(ended)
            if self._gate:
                self._gate.close()
            self._end_all()
        status = self._status
        if status is None:
            raise RuntimeError("a step ended and nobody was told")
        return status, excess

    def _watch(self, poll: select.poll) -> Overuse | None:
        pause, looked = FIRST_LOOK_SECONDS, time.monotonic()
        while True:
            rest = looked + pause - time.monotonic()
            for fd, event in poll.poll(max(0.0, rest) * 1000):
                if self._attendant and fd == self._attendant.listener:
                    if not self._attendant.hear():
                        poll.unregister(fd)
                elif not self._gate or fd != self._gate.listener:
                    self._reap()
                elif event & select.POLLIN:
                    self._gate.answer(self._admits)
                else:
                    poll.unregister(fd)
            if self._status is not None:
                return None
            if self._attendant and self._attendant.stopped:
                return Overuse.STOPPED
            began = time.monotonic()
            if began >= looked + pause:
                if excess := self._look():
                    return excess
                looked = time.monotonic()
                pause = max(LOOK_SECONDS, (looked - began) / _LOOK_SHARE)

    def _look(self) -> Overuse | None:
        if self._attendant:
            self._attendant.look()
        self._reap()
        found = tree.look(kernel.own_children())
        total = self.used + found.cpu_seconds
        # Whoever ends is waited for by someone who lives, so the sum grows; what it lost is gone from every account.
        self._lost += max(0.0, self._seen - total)
        self._seen = max(self._seen, total)
        if self._seen >= self._cpu_seconds:
            return Overuse.CPU
        held = found.resident_bytes
        if held > self._memory_bytes:
            held = tree.memory_bytes(found.pids)
        self.peak_bytes = max(self.peak_bytes, held)
        if held > self._memory_bytes:
            return Overuse.MEMORY
        return Overuse.FILES if self._hides(found.pids) else None

    def _hides(self, pids: list[int]) -> bool:
        if self._hidden is None:
            return False
        scratch, file_bytes, most = self._hidden
        try:
            return tree.hidden_bytes(pids, scratch=scratch, file_bytes=file_bytes) > most
        except OSError:
            return False

    def _admits(self) -> bool:
        """Tell whether there may be one more process or thread; counts only when the last count is used up."""
        now = time.monotonic()
        if self._left <= 0 and now >= self._counted + _RECOUNT_SECONDS:
            self._reap()
            found = tree.look(kernel.own_children())
            self._left = min(MAX_PROCESSES - len(found.pids), MAX_THREADS - found.threads)
            self._counted = now
        self._left -= 1
        return self._left >= 0

    def _reap(self) -> None:
        """Take the account of all that has ended here."""
        while True:
            try:
                pid, status, _ = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == self._pid:
                self._status = status
            if not pid:
                return

    def _end_all(self) -> None:
        """Kill what is left; orphans come here as their parents go."""
        for _ in range(_ROUNDS):
            self._reap()
            if not (left := kernel.own_children()):
                return
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            for pid in left:
                _, status, _ = os.wait4(pid, 0)
                if pid == self._pid:
                    self._status = status


def _waited_for() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
