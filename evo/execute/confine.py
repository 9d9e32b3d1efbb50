"""The walls around a candidate, put up from inside its process before any of its code runs; and their self-test.

Runs in zygote children: standard library only.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import sys
from typing import TYPE_CHECKING

from evo.execute import kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MB = 1 << 20
_LAST_FD = 1024
"""A zygote holds few descriptors, all with low numbers (see its `_control`)."""
HEADROOM_BYTES = 16 * MB
"""Between the soft and the hard memory limit: room to say that memory ran out."""
STDERR, RESULT, TASK = 2, 3, 4
"""The descriptors of a confined process, above stdin and stdout."""


def confine(limits: Mapping[str, float], *, zygote: int, base_bytes: int, scratch: str, fds: Sequence[int]) -> None:
    """Close everything off, in the one order that works.

    Args:
        limits: the fields of `Limits`; empty for tier NONE.
        zygote: the process that must be the parent.
        base_bytes: its address space, which the memory limit comes on top of; 0 leaves memory unlimited.
        scratch: an empty directory, the new current one.
        fds: what becomes descriptors 0 to TASK; each of them must be above TASK.

    Raises:
        OSError, ValueError: a wall that this system has could not be put up.
    """
    os.setsid()
    kernel.die_with(zygote)
    _keep_only(fds)
    _reset_signals()
    os.chdir(scratch)
    if limits:
        limit_resources(limits, base_bytes)
        kernel.no_new_privileges()


def _keep_only(fds: Sequence[int]) -> None:
    for number, fd in enumerate(fds):
        os.dup2(fd, number, inheritable=number <= STDERR)
    os.closerange(len(fds), _LAST_FD)


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM, signal.SIGPROF):
        signal.signal(number, signal.SIG_DFL)
    # A broken pipe and a file that is too large are an OSError each.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN)


def limit_resources(limits: Mapping[str, float], base_bytes: int) -> None:
    """Set the resource limits and start the CPU timer."""
    whole = math.ceil(limits["cpu_seconds"])
    _limit(resource.RLIMIT_CPU, whole, whole + 1)
    _limit(resource.RLIMIT_FSIZE, int(limits["file_mb"]) * MB)
    _limit(resource.RLIMIT_NOFILE, int(limits["open_files"]))
    _limit(resource.RLIMIT_CORE, 0)
    if base_bytes and sys.platform == "linux":
        soft = base_bytes + int(limits["memory_mb"] * MB)
        _limit(resource.RLIMIT_AS, soft, soft + HEADROOM_BYTES)
    # The kernel counts RLIMIT_CPU in whole seconds; this timer knows fractions, and can be ignored.
    signal.setitimer(signal.ITIMER_PROF, limits["cpu_seconds"])


def _limit(which: int, soft: int, hard: int | None = None) -> None:
    """Lower a limit; one that is stricter already stays."""
    ceiling = resource.getrlimit(which)[1]
    top = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        top = min(top, ceiling)
    resource.setrlimit(which, (min(soft, top), top))


def use_headroom() -> None:
    """Raise the memory limit to its hard end, to be able to report that memory ran out."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _try(wall: Callable[[], bool]) -> bool:
    """Tell whether a wall stands, found out in a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if wall() else 1)
        except (OSError, ValueError, MemoryError):
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _stops_cpu() -> bool:
    pid = os.fork()
    if pid == 0:
        _reset_signals()
        signal.setitimer(signal.ITIMER_PROF, 0.01)
        while True:
            pass
    return os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGPROF


def _stops_memory() -> bool:
    base = kernel.address_space_bytes()
    if not base:
        return False
    _limit(resource.RLIMIT_AS, base + 32 * MB)
    try:
        return not bytearray(128 * MB)
    except MemoryError:
        return True


def _stops_large_files() -> bool:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _limit(resource.RLIMIT_FSIZE, 4096)
    import tempfile  # noqa: PLC0415 - the self-test alone needs it

    with tempfile.TemporaryFile(buffering=0) as file:
        try:
            return file.write(bytes(8192)) <= 4096  # noqa: PLR2004 - the limit above
        except OSError:
            return True


def _stops_open_files() -> bool:
    _limit(resource.RLIMIT_NOFILE, 8)
    try:
        return not [os.dup(0) for _ in range(16)]
    except OSError:
        return True


def _stops_cores() -> bool:
    _limit(resource.RLIMIT_CORE, 0)
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def _own_session() -> bool:
    os.setsid()
    return os.getsid(0) == os.getpid()


def main(argv: Sequence[str]) -> int:  # noqa: ARG001 - the form that `spawn` calls
    """Try every wall and write which ones stand, as a JSON object, to stdout."""
    here = os.getpid()
    standing = {
        "own session": _try(_own_session),
        "cpu limit": _stops_cpu(),
        "memory limit": _try(_stops_memory),
        "file size limit": _try(_stops_large_files),
        "open files limit": _try(_stops_open_files),
        "core dumps off": _try(_stops_cores),
        "no new privileges": _try(kernel.no_new_privileges),
        "dies with its parent": _try(lambda: kernel.die_with(here) and kernel.dies_with_parent()),
    }
    sys.stdout.write(json.dumps(standing))
    return 0
