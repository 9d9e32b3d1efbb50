"""The self-test of the walls: each one is put up in a process of its own, which then tries to get past it.

Runs in a throw-away process: standard library only.
"""

# What is tried are system calls, under the names that they have.
# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH116, PTH208, PTH211
from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evo.execute.inside import confine, gate, kernel, namespaces
from evo.execute.inside.syscalls import NUMBERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MB = 1 << 20
_REFUSED = frozenset({errno.EPERM, errno.EACCES, errno.ENOSYS})
_LIMITS: Final = {"file_mb": 1.0}
_ALARM_SECONDS = 5
_NO_CORES = bytes(16)
"""A struct rlimit: nothing, and nothing."""
_NO_ADDRESS = 1 << 20
"""A pointer that leads nowhere: a call that is not refused fails by it and does no harm."""


def held(wall: Callable[[], bool]) -> bool:
    """Tell whether a wall stands, found out in a process of its own."""
    pid = os.fork()
    if pid == 0:
        try:
            signal.alarm(_ALARM_SECONDS)
            os._exit(0 if wall() else 1)
        except (OSError, ValueError, MemoryError, ImportError, RuntimeError, KeyError):
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _stops_cpu() -> bool:
    pid = os.fork()
    if pid == 0:
        confine.reset_signals()
        signal.setitimer(signal.ITIMER_PROF, 0.01)
        while True:
            pass
    return os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGPROF


def _stops_memory() -> bool:
    base = kernel.address_space_bytes()
    if not base:
        return False
    confine.lower(resource.RLIMIT_AS, base + 32 * MB)
    try:
        return not bytearray(128 * MB)
    except MemoryError:
        return True


def _stops_large_files(scratch: str) -> bool:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    confine.lower(resource.RLIMIT_FSIZE, 4096)
    with Path(scratch, "large").open("wb", buffering=0) as file:
        try:
            return file.write(bytes(8192)) <= 4096  # noqa: PLR2004 - the limit above
        except OSError:
            return True


def _stops_open_files() -> bool:
    confine.lower(resource.RLIMIT_NOFILE, 8)
    try:
        return not [os.dup(0) for _ in range(16)]
    except OSError:
        return True


def _stops_cores() -> bool:
    confine.lower(resource.RLIMIT_CORE, 0)
    return resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def _own_session() -> bool:
    os.setsid()
    return os.getsid(0) == os.getpid()


def _bounds_processes() -> bool:
    """Tell whether a process that asks for another one can be refused it."""
    kernel.no_new_privileges()
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        socket.send_fds(theirs, [b"x"], [gate.GateFilter(os.uname().machine).install()])
        try:
            os.fork()
        except OSError as error:
            os._exit(error.errno == errno.EAGAIN)
        os._exit(0)
    theirs.close()
    _, (listener,), _, _ = socket.recv_fds(ours, 1, 1)
    gate.Gate(listener).answer(lambda: False)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1


def _call(name: str, *arguments: object) -> None:
    number = NUMBERS[os.uname().machine][name]
    kernel.checked(kernel.request(number, *arguments), name)


def _refused(*attempts: Callable[[], object]) -> bool:
    """Tell whether every attempt is refused, and not only fails."""
    for attempt in attempts:
        try:
            attempt()
        except OSError as error:
            if error.errno not in _REFUSED:
                return False
        else:
            return False
    return True


def _own_files(scratch: str) -> bool:
    """Tell whether files fit up to the limit and not beyond."""
    stats = os.statvfs(scratch)
    size = stats.f_blocks * stats.f_frsize
    return 0 < size <= 2 * _LIMITS["file_mb"] * MB and 0 < stats.f_files <= confine.SCRATCH_ENTRIES


def _works(scratch: str) -> bool:
    """Tell whether what honest candidates do is left to them."""
    for name in ("colorsys", "statistics"):
        sys.modules.pop(name, None)
        __import__(name)
    target = Path(scratch, "own")
    target.write_text("kept", encoding="ascii")
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append(target.read_text(encoding="ascii")))
    thread.start()
    thread.join()
    left, right = socket.socketpair()
    left.sendall(b"x")
    target.unlink()
    resource.getrlimit(resource.RLIMIT_CPU)
    return seen == ["kept"] and right.recv(1) == b"x"


def attempts(outside: str) -> Mapping[str, tuple[Callable[[], object], ...]]:
    """Return, for every wall that refuses something, what it must refuse; each works where there is no wall.

    Args:
        outside: a directory outside the scratch directory, holding the files "victim", "spare" and "old".
    """
    victim, parent = f"{outside}/victim", os.getppid()
    return {
        "files unread": (lambda: os.open(victim, os.O_RDONLY), lambda: os.listdir(outside)),
        "files unwritten": (
            lambda: os.open(victim, os.O_WRONLY),
            lambda: os.open(f"{outside}/new", os.O_WRONLY | os.O_CREAT),
            lambda: os.rename(f"{outside}/old", f"{outside}/moved"),
            lambda: os.unlink(f"{outside}/spare"),
            lambda: os.mkdir(f"{outside}/folder"),
            lambda: os.symlink("x", f"{outside}/link"),
        ),
        "files uncut": (lambda: os.truncate(victim, 0), lambda: os.open(victim, os.O_RDONLY | os.O_TRUNC)),
        "modes unchanged": (lambda: os.chmod(victim, 0o600), lambda: os.utime(victim)),
        "processes unseen": (lambda: os.open(f"/proc/{parent}/environ", os.O_RDONLY),),
        "no processes": (os.fork, lambda: os.execv("/bin/true", ["true"])),  # noqa: S606 - the attempt
        "no network": (lambda: socket.socket(socket.AF_INET), lambda: socket.socket(socket.AF_UNIX)),
        "no signals": (lambda: os.kill(parent, 0), lambda: os.kill(-parent, 0)),
        "no tracing": (lambda: _call("ptrace", 0, 0, 0, 0), lambda: _call("process_vm_readv", parent, 0, 0, 0, 0, 0)),
        "limits stay": (
            lambda: _call("prlimit64", 0, resource.RLIMIT_CORE, _NO_CORES, None),
            lambda: _call("setrlimit", resource.RLIMIT_CORE, _NO_CORES),
            lambda: _call("prctl", 1, 0, 0, 0, 0),
            os.setsid,
        ),
        "no shared memory": (
            lambda: _call("shmctl", 0, 3, ctypes.create_string_buffer(256)),
            lambda: _call("memfd_create", b"x", 0),
        ),
        "no rings": (
            lambda: _call("io_uring_setup", 1, _NO_ADDRESS),
            lambda: _call("bpf", 0, _NO_ADDRESS, 0),
            lambda: _call("unshare", 0),
        ),
    }


def _tries(walls: confine.Walls, outside: str, scratch: str) -> dict[str, Callable[[], bool]]:
    """Return what to find out behind the walls of tier STANDARD, by the name of the wall."""

    def behind(test: Callable[[], bool]) -> Callable[[], bool]:
        def closed() -> bool:
            os.chdir(scratch)
            walls.fence(scratch)
            walls.seal()
            return test()

        return closed

    found = {name: behind(lambda tries=tries: _refused(*tries)) for name, tries in attempts(outside).items()}
    found["no capabilities"] = kernel.drop_capabilities
    found["honest code works"] = behind(lambda: _works(scratch))
    return found


def _apart(scratch: str) -> dict[str, Callable[[], bool]]:
    """Return what to find out in own namespaces."""

    def own_users() -> bool:
        before = os.stat("/proc/self/ns/user").st_ino
        namespaces.leave()
        return os.stat("/proc/self/ns/user").st_ino != before and os.getuid() == os.geteuid()

    def no_interfaces() -> bool:
        namespaces.leave()
        return [name for _, name in socket.if_nameindex() if name != "lo"] == []

    def own_files() -> bool:
        namespaces.leave()
        confine.Walls("strict").enter(scratch, _LIMITS)
        return _own_files(scratch)

    return {"own users": own_users, "no interfaces": no_interfaces, "own files": own_files}


def main(argv: Sequence[str]) -> int:  # noqa: ARG001 - the form that `spawn` calls
    """Try every wall and write which ones stand, as a JSON object, to stdout."""
    here = os.getpid()
    outside = tempfile.mkdtemp(prefix="evo-selftest-")
    try:
        scratch = f"{outside}/scratch"
        os.mkdir(scratch)
        for name in ("victim", "spare", "old"):
            Path(outside, name).write_text("untouched", encoding="ascii")
        tries: dict[str, Callable[[], bool]] = {
            "own session": _own_session,
            "cpu limit": _stops_cpu,
            "memory limit": _stops_memory,
            "file size limit": lambda: _stops_large_files(scratch),
            "open files limit": _stops_open_files,
            "core dumps off": _stops_cores,
            "no new privileges": kernel.no_new_privileges,
            "processes bounded": _bounds_processes,
            "dies with its parent": lambda: kernel.die_with(here) and kernel.dies_with_parent(),
        }
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                tries |= _tries(confine.Walls("standard"), outside, scratch)
            tries |= _apart(scratch)
        standing = {name: held(wall) for name, wall in tries.items()}
    finally:
        shutil.rmtree(outside, ignore_errors=True)
    sys.stdout.write(json.dumps(standing))
    return 0
