"""A command task, inside its confined process: a build step, a run step, one frame.

The process itself runs no candidate code: it starts the steps, one after the other, in the scratch directory, behind
walls and under limits of their own, watches over them, and reports how they ended. Steps start programs, so their walls
have to let fork and exec through. Standard library only: it is forked warm from a zygote.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from evo.execute.inside import confine, kernel, wire
from evo.execute.inside.confine import SCRATCH_FILES, TIMER_SECONDS, TIMER_SHARE
from evo.execute.inside.gate import Gate
from evo.execute.inside.supervisor import Overuse, Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from evo.execute.inside.confine import Walls
    from evo.execute.inside.supervisor import Attends

PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where the programs of steps are looked for; absolute paths and those in the scratch directory work as well."""
MB = 1 << 20
LOADER_MB = 64
"""Address space that every native program has before its first own allocation; steps get it on top."""
_WORDS = 1500
_CLOCK = re.compile(rb"\b\d+(?:\.\d+)? ?(?:s|ms|sec|secs|seconds?)\b")
_TEMPORARY = re.compile(rb"(/cc)[0-9A-Za-z]{6}\b")
"""Files between compiler and linker have random names, and equal programs are to fail in equal words."""
_NOT_STARTED = 127
_WALLS_UP = b"\0"
_CPU_SIGNALS = frozenset({signal.SIGPROF, signal.SIGXCPU})


def outcome(task: Mapping[str, Any], walls: Walls, began: Callable[[], None]) -> tuple[int, bytes]:
    """Return kind and bytes of the frame: what the run step used and wrote to stdout, or why there is nothing.

    Args:
        task: with `command`, the fields of `executor.Command`; `kwargs` is what the run step gets on stdin, as JSON.
        walls: put up in every step.
        began: is called once the walls of a first step are up.

    Raises:
        OSError: walls could not be put up.
    """
    failure = build(task, walls, began)
    if failure:
        return failure
    command = task["command"]
    run = CommandStep("run", command["run"], (command["cpu_seconds"], command["memory_mb"]), task, walls)
    failure, written = run.run(json.dumps(task["kwargs"]).encode(), _nobody if command["build"] else began)
    return failure or (wire.RAN, wire.RUN_USAGE.pack(run.used, run.peak_mb) + written)


def build(task: Mapping[str, Any], walls: Walls, began: Callable[[], None]) -> tuple[int, bytes] | None:
    """Do the build step, if there is one; return the frame of its failure, if it failed.

    Raises:
        OSError: walls could not be put up.
    """
    kernel.adopt_orphans()
    command = task["command"]
    if not command["build"]:
        return None
    limits = command["build_seconds"], command["build_memory_mb"]
    failure, _ = CommandStep("build", command["build"], limits, task, walls).run(b"", began)
    if failure is None:
        return None
    kind, words = failure
    return (wire.RAISED if kind == wire.EXIT else kind), words


class StepFailedError(Exception):
    """A run that came to nothing; `frame` is its kind and its words."""

    def __init__(self, frame: tuple[int, bytes]) -> None:
        super().__init__(*frame)
        self.frame = frame


class Runner:
    """Does the run step as often as a judge asks, within one limit of CPU time for all of them together.

    Args:
        task: what is built already.
        walls, began: as in `outcome`.
    """

    def __init__(self, task: Mapping[str, Any], walls: Walls, began: Callable[[], None]) -> None:
        self._task, self._walls = task, walls
        self._began = _nobody if task["command"]["build"] else began
        self._left = float(task["command"]["cpu_seconds"])

    def run(self, given: object) -> tuple[str, float]:
        """Return what comes on stdout where `given` is on stdin, as JSON, and the CPU seconds that it took.

        Raises:
            StepFailedError: it failed.
            OSError: its walls could not be put up.
        """
        command = self._task["command"]
        step = CommandStep("run", command["run"], (self._left, command["memory_mb"]), self._task, self._walls)
        failure, written = step.run(json.dumps(given).encode(), self._began)
        self._began, self._left = _nobody, self._left - step.used
        if failure:
            raise StepFailedError(failure)
        return written.decode("utf-8", "surrogateescape"), float(step.used)


def guarded(action: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """Return the frame that an action gives, or that of the step that failed in it."""
    try:
        return action()
    except StepFailedError as error:
        return error.frame


def _nobody() -> None:
    """Is told what is known already."""


class CommandStep:
    """One program, run to its end.

    Attributes:
        used: CPU seconds of it and of all that it started, once it has ended.
        peak_mb: the most memory that they were seen to hold.
    """

    def __init__(
        self, name: str, argv: Sequence[str], limits: tuple[float, float], task: Mapping[str, Any], walls: Walls
    ) -> None:
        self._name, self._argv, (self._seconds, self._memory_mb) = name, argv, limits
        self._scratch, self._limits, self._walls = task["scratch"], task["limits"], walls
        self._path, self._variables = ":".join((*task["path"], PATH)), task["command"]["environment"]
        self._timeless = bool(task["tree"])
        self._reserved_mb = float(task["command"]["reserved_mb"])
        self.used = self.peak_mb = 0.0

    def run(self, given: bytes, began: Callable[[], None]) -> tuple[tuple[int, bytes] | None, bytes]:
        """Return the frame of its failure, if it failed, and what it wrote to stdout.

        Raises:
            OSError: its walls could not be put up.
        """
        with self.ended(given, began) as (status, excess, stdout, stderr):
            words = _tail(stderr) or _tail(stdout)
            # Tests say how long they took, and equal programs are to fail in equal words.
            failure = self._failure(status, excess, _CLOCK.sub(b"<time>", words) if self._timeless else words)
            return failure, b"" if failure else os.pread(stdout, os.fstat(stdout).st_size, 0)

    @contextmanager
    def ended(
        self, given: bytes, began: Callable[[], None], attendant: Attends | None = None
    ) -> Generator[tuple[int, Overuse | None, int, int]]:
        """Run it to its end; yield its wait status, what it had too much of, and what it wrote, as two descriptors.

        Args:
            given: is on its stdin.
            began: is called once its walls are up.
            attendant: attends to it while it runs.

        Raises:
            OSError: its walls could not be put up.
        """
        files = [_nameless_file(self._scratch) for _ in range(3)]
        stdin, stdout, stderr = files
        try:
            os.write(stdin, given)
            os.lseek(stdin, 0, os.SEEK_SET)
            supervisor = self._start(files, attendant)
            began()
            status, excess = supervisor.follow()
            self.used, self.peak_mb = supervisor.used, supervisor.peak_bytes / MB
            yield status, excess, stdout, stderr
        finally:
            for fd in files:
                os.close(fd)

    def _start(self, files: Sequence[int], attendant: Attends | None) -> Supervisor:
        here = os.getpid()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            pid = os.fork()
            if pid == 0:
                try:
                    kernel.die_with(here)
                    self._become(files, theirs)
                finally:
                    # Nothing may return into the caller.
                    os._exit(_NOT_STARTED)
            theirs.close()
            said, fds, _, _ = socket.recv_fds(ours, _WORDS, 1)
        if said != _WALLS_UP:
            raise OSError(said.decode(errors="replace") or "the step died before its walls were up")
        # Elsewhere the directory is a file system of bounded size.
        open_ended = None if self._walls.bounds_files or not self._limits else self._file_bytes()
        return Supervisor(
            *(pid, Gate(fds[0]) if fds else None),
            cpu_seconds=self._seconds,
            memory_bytes=int((self._memory_mb + LOADER_MB) * MB),
            hidden=open_ended,
            attendant=attendant,
        )

    def _file_bytes(self) -> tuple[str, int, int]:
        size = int(self._limits["file_mb"]) * MB
        return self._scratch, size, SCRATCH_FILES * size

    def _become(self, files: Sequence[int], line: socket.socket) -> NoReturn:
        for number, fd in enumerate(files):
            os.dup2(fd, number)
        for which in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(which, signal.SIG_DFL)
        try:
            listener = self._walls.fence_step() if self._limits else ()
            if listener:
                socket.send_fds(line, [_WALLS_UP], listener)
            else:
                line.sendall(_WALLS_UP)
        except OSError as error:
            line.sendall(str(error).encode()[:_WORDS])
            os._exit(_NOT_STARTED)
        for fd in listener:
            os.close(fd)
        try:
            if self._limits:
                self._walls.seal(programs=True)
            self._limit()
            environment = {"PATH": self._path, "LANG": "C.UTF-8", "HOME": self._scratch, "TMPDIR": self._scratch}
            environment |= self._variables
            os.execvpe(self._argv[0], list(self._argv), environment)  # noqa: S606 - what this process is for
        except (OSError, ValueError) as error:
            os.write(confine.STDERR, f"{self._argv[0]}: {error}".encode())
            os._exit(_NOT_STARTED)

    def _limit(self) -> None:
        whole = int(-(-self._seconds // 1))
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
        ceiling = resource.getrlimit(resource.RLIMIT_AS)[1]
        space = int((self._memory_mb + LOADER_MB + self._reserved_mb) * MB)
        space = space if ceiling == resource.RLIM_INFINITY else min(space, ceiling)
        if sys.platform == "linux":  # elsewhere it is refused, or bounds nothing
            resource.setrlimit(resource.RLIMIT_AS, (space, space))
        # Timers stay over an exec, so fractions of a second are counted here too.
        signal.setitimer(signal.ITIMER_PROF, TIMER_SHARE * self._seconds + TIMER_SECONDS)

    def _failure(self, status: int, excess: Overuse | None, words: bytes) -> tuple[int, bytes] | None:
        ending, name = os.waitstatus_to_exitcode(status), self._name
        if excess is Overuse.MEMORY:
            return wire.OVER_MEMORY, f"the {name} step went over its limit of {self._memory_mb:g} MB in all".encode()
        if excess is Overuse.FILES:
            return wire.OVER_FILES, f"the {name} step holds too much in files that have no name".encode()
        if excess is Overuse.CPU or -ending in _CPU_SIGNALS or self.used >= self._seconds:
            return wire.OVER_TIME, f"the {name} step went over its limit of {self._seconds:g} CPU seconds".encode()
        if ending == 0:
            return None
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
