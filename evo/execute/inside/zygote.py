"""The zygote: a warm, single-threaded process that forks one fresh child per candidate and reaps it.

It holds no problem data and no secret, runs no candidate code itself, and believes nothing but its parent. When the
parent goes, it goes, with every child. A child leaves this file before it does anything: no frame and no variable of
the zygote is left where a candidate runs. Standard library only, and little of it: each fork pays for resident pages.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from evo.execute.inside import child, confine, kernel, namespaces, wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from resource import struct_rusage

_SWEEPS = 64
"""Most rounds of killing orphans that make new ones."""


def main(argv: Sequence[str]) -> Callable[[], NoReturn]:
    """Serve until the control socket closes.

    Returns:
        In a child: what makes a candidate's process of it.

    Args:
        argv: the parent's pid, the control socket's descriptor, the modules to import, comma separated, the tier, and
            as JSON what `Walls` takes beside: folders that candidates may not read, and what they may read and start;
            and whether a socket is to be made and handed over at which a proxy can be asked from inside (`proxied`).
    """
    parent, control, modules, tier, granted = argv
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if tier == "strict":
        namespaces.leave()
    kernel.die_with(int(parent))
    kernel.adopt_orphans()
    sys.dont_write_bytecode = True
    nowhere = _reserve_descriptors()
    # Children fix the state of `random`, for which it has to be there.
    for module in ("random", *filter(None, modules.split(","))):
        _warm(module)
    if "numpy" in sys.modules:
        _warm("numpy.random")
    given = json.loads(granted)
    listener = namespaces.listen() if given.pop("proxied") else None
    walls = confine.Walls(tier, **given, port=listener.getsockname()[1] if listener else 0)
    confine.set_headroom_aside()
    gc.collect()
    gc.freeze()
    zygote = _Zygote(_control(int(control)))
    zygote.report(wire.READY, 0, fds=[listener.fileno()] if listener else [])
    if listener:
        listener.close()
    here, base_bytes = os.getpid(), kernel.address_space_bytes()
    if not (fds := zygote.serve()):
        # What libraries do at exit is of no use to anyone, and slow.
        os._exit(0)
    task = child.prepare(fds, walls=walls, nowhere=nowhere, zygote=here, base_bytes=base_bytes)
    return partial(child.run, task)


def _reserve_descriptors() -> int:
    """Fill the numbers that children give a meaning to, so that nothing that they are sent lies there."""
    while (fd := os.open(os.devnull, os.O_RDONLY)) <= confine.RULES:
        pass
    return fd


def _control(inherited: int) -> socket.socket:
    """Give the control socket a low number, so that children can close all that there is in one go."""
    low = os.dup(inherited)
    os.close(inherited)
    return socket.socket(fileno=low)


def _warm(module: str) -> None:
    # A module that is not installed is the candidate's ImportError, when it comes to that.
    with contextlib.suppress(ImportError):
        importlib.import_module(module)


class _Zygote:
    """The children that are alive, and the socket over which they are ordered and reported."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._runs: dict[int, int] = {}
        self._born: Sequence[int] = ()
        self._woken, wake = os.pipe()
        for fd in (self._woken, wake):
            os.set_blocking(fd, False)
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def report(self, kind: int, number: int, a: int = 0, b: int = 0, c: int = 0, *, fds: Sequence[int] = ()) -> None:
        socket.send_fds(self._control, [wire.REPORT.pack(kind, number, a, b, c)], list(fds))

    def serve(self) -> Sequence[int]:
        """Obey until the main process has gone; in a child, return its descriptors."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while self._listen(poll):
                pass
        if not self._born:
            self._end_all()
        return self._born

    def _listen(self, poll: select.poll) -> bool:
        for fd, _ in poll.poll():
            if fd == self._woken:
                os.read(self._woken, 4096)
                self._reap()
            elif not self._obey():
                return False
        return True

    def _obey(self) -> bool:
        """Carry out one command; False when the main process has gone, and in a child."""
        data, fds, _, _ = socket.recv_fds(self._control, wire.COMMAND.size, wire.SERVE_FDS)
        if not data:
            return False
        kind, number = wire.COMMAND.unpack(data)
        if kind == wire.KILL:
            for pid in [pid for pid, run in self._runs.items() if run == number]:
                # Not reaped yet, so the number cannot have become another process.
                os.kill(pid, signal.SIGKILL)
        else:
            self._fork(number, fds, wire.SERVE_FDS if kind == wire.SERVE else wire.FORK_FDS)
        if self._born:
            return False
        for fd in fds:
            os.close(fd)
        return True

    def _fork(self, number: int, fds: Sequence[int], expected: int) -> None:
        if len(fds) != expected:
            # The kernel drops descriptors that do not fit into this process.
            self.report(wire.NOT_STARTED, number, errno.EMFILE)
            return
        try:
            pid = os.fork()
        except OSError as error:
            self.report(wire.NOT_STARTED, number, error.errno or 0)
            return
        if pid == 0:
            # Its number may come to be another descriptor's.
            self._control.detach()
            self._born = tuple(fds)
            return
        self._runs[pid] = number
        handle = _pidfd(pid)
        self.report(wire.STARTED, number, pid, fds=handle)
        for fd in handle:
            os.close(fd)

    def _reap(self) -> None:
        """Report every candidate that has ended, after the last process that it left behind."""
        while self._runs:
            try:
                ended = _ended()
            except ChildProcessError:
                return
            if ended is None:
                return
            pid, status, usage = ended
            number = self._runs.pop(pid, None)
            left = self._sweep()
            if number is not None:
                micros = round((usage.ru_utime + usage.ru_stime + left) * 1e6)
                self.report(wire.EXITED, number, status, micros, _kilobytes(usage.ru_maxrss))

    def _sweep(self) -> float:
        """Kill what candidates left behind: it is adopted here as soon as its own parent is gone.

        Returns:
            The CPU seconds of all of it.
        """
        used = 0.0
        for _ in range(_SWEEPS):
            orphans = [pid for pid in kernel.own_children() if pid not in self._runs]
            if not orphans:
                break
            for pid in orphans:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            for pid in orphans:
                with contextlib.suppress(OSError):
                    _, _, usage = os.wait4(pid, 0)
                    used += usage.ru_utime + usage.ru_stime
        return used

    def _end_all(self) -> None:
        for pid in self._runs:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        self._runs.clear()
        self._sweep()


def _wake(*_: object) -> None:
    """Do nothing: a signal without a handler would not reach the wakeup descriptor."""


def _ended() -> tuple[int, int, struct_rusage] | None:
    """Return a child that has ended, with its status and usage, and end its group; None where all of them live.

    Raises:
        ChildProcessError: there is no child.
    """
    if not hasattr(os, "waitid"):  # macOS: the number is free again before the group is ended
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        _end_group(pid)
        return (pid, status, usage) if pid else None
    ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended is None:
        return None
    # Its group, while its own number is still taken.
    _end_group(ended.si_pid)
    return os.wait4(ended.si_pid, 0)


def _end_group(pid: int) -> None:
    if pid > 0:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def _pidfd(pid: int) -> list[int]:
    """Return a handle that cannot come to mean another process, where the system has such."""
    try:
        return [os.pidfd_open(pid)]
    except (AttributeError, OSError):
        return []


def _kilobytes(max_rss: int) -> int:
    return max_rss // 1024 if sys.platform == "darwin" else max_rss
