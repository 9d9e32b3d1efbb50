"""A command task, inside its confined process: a build step, a run step, one frame.

The process itself runs no candidate code: it starts the steps, one after the other, in the scratch directory and
under limits of their own, and reports how they ended. Steps start programs, so the walls of a command task have to
let fork and exec through. Standard library only: it is forked warm from a zygote.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
from typing import TYPE_CHECKING, Any, NoReturn

from evo.execute.inside import kernel, wire
from evo.execute.inside.confine import TIMER_SECONDS, TIMER_SHARE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where the programs of steps are looked for; absolute paths and those in the scratch directory work as well."""
MB = 1 << 20
LOADER_MB = 64
"""Address space that every native program has before its first own allocation; steps get it on top."""
_WORDS = 1500
_TEMPORARY = re.compile(rb"(/cc)[0-9A-Za-z]{6}\b")
"""Files between compiler and linker have random names, and equal programs are to fail in equal words."""
_NOT_STARTED = 127
_CPU_SIGNALS = frozenset({signal.SIGPROF, signal.SIGXCPU})


def outcome(task: Mapping[str, Any]) -> tuple[int, bytes]:
    """Return kind and bytes of the frame: what the run step wrote to stdout, or why there is nothing.

    Args:
        task: with `command`, the fields of `executor.Command`; `kwargs` is what the run step gets on stdin, as JSON.
    """
    command, scratch = task["command"], task["scratch"]
    if command["build"]:
        failure, _ = _step(
            "build",
            command["build"],
            seconds=command["build_seconds"],
            memory_mb=command["build_memory_mb"],
            given=b"",
            scratch=scratch,
        )
        if failure:
            kind, words = failure
            return (wire.RAISED if kind == wire.EXIT else kind), words
    given = json.dumps(task["kwargs"]).encode()
    failure, written = _step(
        "run",
        command["run"],
        seconds=command["cpu_seconds"],
        memory_mb=command["memory_mb"],
        given=given,
        scratch=scratch,
    )
    return failure or (wire.RESULT, written)


def _step(
    name: str, argv: Sequence[str], *, seconds: float, memory_mb: float, given: bytes, scratch: str
) -> tuple[tuple[int, bytes] | None, bytes]:
    """Run one program to its end; return the frame of its failure, if it failed, and what it wrote to stdout."""
    here = os.getpid()
    stdin, stdout, stderr = (_nameless_file(scratch) for _ in range(3))
    try:
        os.write(stdin, given)
        os.lseek(stdin, 0, os.SEEK_SET)
        pid = os.fork()
        if pid == 0:
            try:
                kernel.die_with(here)
                _become(argv, seconds=seconds, memory_mb=memory_mb, scratch=scratch, fds=(stdin, stdout, stderr))
            except (OSError, ValueError) as error:
                os.write(stderr, f"{argv[0]}: {error}".encode())
            finally:
                # Nothing may return into the caller.
                os._exit(_NOT_STARTED)
        _, status, usage = os.wait4(pid, 0)
        failure = _failure(name, status, usage.ru_utime + usage.ru_stime, seconds, _tail(stderr) or _tail(stdout))
        return failure, b"" if failure else os.pread(stdout, os.fstat(stdout).st_size, 0)
    finally:
        for fd in (stdin, stdout, stderr):
            os.close(fd)


def _become(argv: Sequence[str], *, seconds: float, memory_mb: float, scratch: str, fds: Sequence[int]) -> NoReturn:
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
    for which in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(which, signal.SIG_DFL)
    whole = int(-(-seconds // 1))
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    ceiling = resource.getrlimit(resource.RLIMIT_AS)[1]
    space = int((memory_mb + LOADER_MB) * MB)
    space = space if ceiling == resource.RLIM_INFINITY else min(space, ceiling)
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    # Timers stay over an exec, so fractions of a second are counted here too.
    signal.setitimer(signal.ITIMER_PROF, TIMER_SHARE * seconds + TIMER_SECONDS)
    environment = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": scratch, "TMPDIR": scratch}
    os.execvpe(argv[0], list(argv), environment)  # noqa: S606 - what this process is for


def _failure(name: str, status: int, used: float, seconds: float, words: bytes) -> tuple[int, bytes] | None:
    ending = os.waitstatus_to_exitcode(status)
    if ending == 0 and used < seconds:
        return None
    if -ending in _CPU_SIGNALS or used >= seconds:
        return wire.OVER_TIME, f"the {name} step went over its limit of {seconds:g} CPU seconds".encode()
    if ending < 0:
        known = -ending in signal.valid_signals() and -ending < signal.SIGRTMIN
        who = signal.Signals(-ending).name if known else f"signal {-ending}"
        return wire.DIED, f"the {name} step was killed by {who}\n".encode() + words
    return wire.EXIT, f"the {name} step ended with exit code {ending}\n".encode() + words


def _tail(fd: int) -> bytes:
    """Return the first and last words that were written: compilers say first what matters, programs last."""
    size = os.fstat(fd).st_size
    if size <= _WORDS:
        words = os.pread(fd, size, 0)
    else:
        half = _WORDS // 2
        words = os.pread(fd, half, 0) + b"\n[...]\n" + os.pread(fd, half, size - half)
    return _TEMPORARY.sub(rb"\1XXXXXX", words)


def _nameless_file(scratch: str) -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("step")
    path = f"{scratch}/.step"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)  # noqa: PTH108 - pathlib costs every fork memory
    return fd
