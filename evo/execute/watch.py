"""Watching one candidate from outside: its frame, its streams, its deadline. Nothing that it sends is interpreted."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from evo.execute.inside import wire
from evo.execute.usage import Excess, excess

if TYPE_CHECKING:
    from evo.execute.sandbox import Limits
    from evo.execute.zygote_pool import Run

_CHUNK = 1 << 18
_LAST_READS = 8
_HEAD = _TAIL = 32 * 1024
MB = 1 << 20
LOOK_SECONDS = 0.05
"""Between two looks into a candidate from outside; one that is done sooner is never looked at."""
_LOOK_SHARE = 0.1
"""Most of the time that goes into looking."""


class Cause(StrEnum):
    """Why watching ended."""

    FRAME = "frame"
    EXIT = "exit"
    DEADLINE = "deadline"
    LARGE_RESULT = "large result"
    LARGE_STREAM = "large stream"
    MANY_FILES = "many files"
    MANY_THREADS = "many threads"
    CPU = "cpu"


_BY_EXCESS = {Excess.CPU: Cause.CPU, Excess.FILES: Cause.MANY_FILES, Excess.THREADS: Cause.MANY_THREADS}


class Stream:
    """What a candidate writes to one descriptor: all of it read, head and tail kept."""

    __slots__ = ("_head", "_tail", "_tail_size", "total")

    def __init__(self) -> None:
        self.total = 0
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        self.total += len(data)
        room = _HEAD - len(self._head)
        self._head += data[:room]
        if rest := data[room:]:
            self._tail.append(rest[-_TAIL:])
            self._tail_size += len(self._tail[-1])
            while self._tail_size - len(self._tail[0]) >= _TAIL:
                self._tail_size -= len(self._tail.popleft())

    def kept(self) -> bytes:
        """Return everything, or head and tail with a line between them that counts the rest."""
        tail = b"".join(self._tail)[-_TAIL:]
        gone = self.total - len(self._head) - len(tail)
        middle = b"\n[... %d bytes left out ...]\n" % gone if gone else b""
        return bytes(self._head) + middle + tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipes:
    """The pipes of one candidate: read ends stay here, write ends go to its process."""

    reads: tuple[int, ...]
    writes: tuple[int, ...]

    @classmethod
    def open(cls) -> Pipes:
        """Open result, stdout and stderr.

        Raises:
            OSError: no descriptors left.
        """
        opened: list[tuple[int, int]] = []
        try:
            for _ in range(3):
                opened.append(os.pipe())  # noqa: PERF401 - those opened before a failure have to be closed
        except OSError:
            for fd in (fd for pair in opened for fd in pair):
                os.close(fd)
            raise
        for read, _ in opened:
            os.set_blocking(read, False)
        return cls(reads=tuple(read for read, _ in opened), writes=tuple(write for _, write in opened))


class Watch:
    """Collects what one candidate sends until there is a reason to stop.

    Args:
        run: the process.
        reads: the read ends of `Pipes`.
        limits: what it may use.
        scratch: its directory, to be looked at now and then; None looks at nothing.
        held: entries and bytes that lay in it from the first.

    Attributes:
        cause: why it ended, once it has.
        stdout, stderr: the streams, complete after `close`.
    """

    def __init__(
        self, *, run: Run, reads: tuple[int, ...], limits: Limits, scratch: str | None, held: tuple[int, int] = (0, 0)
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._limits, self._run = limits, run
        self.cause: asyncio.Future[Cause] = self._loop.create_future()
        self.stdout, self.stderr = Stream(), Stream()
        self._frame = bytearray()
        self._fds = dict(zip(reads, (None, self.stdout, self.stderr), strict=True))
        self._listening = set(reads)
        for fd in reads:
            self._loop.add_reader(fd, self._read, fd)
        self._deadline = self._loop.call_later(limits.wall_seconds, self._decide, Cause.DEADLINE)
        self._scratch, self._held = scratch, held
        self._next_look: asyncio.TimerHandle | None = None
        self._look_later()
        run.exited.add_done_callback(self._exited)

    def frame(self) -> tuple[int, bytes] | None:
        """Return kind and bytes of the frame, or None when it is not complete."""
        if len(self._frame) < wire.FRAME.size:
            return None
        kind, length = wire.FRAME.unpack_from(self._frame)
        if len(self._frame) < wire.FRAME.size + length:
            return None
        return kind, bytes(memoryview(self._frame)[wire.FRAME.size : wire.FRAME.size + length])

    def hand_over(self, seconds: float) -> int:
        """Give the result pipe away after a whole frame, and go on watching everything else.

        Args:
            seconds: the deadline from now on: whoever asks now may take his time as well.

        Returns:
            Its descriptor, now the caller's; `cause` is a new future.
        """
        fd = next(fd for fd, stream in self._fds.items() if stream is None)
        del self._fds[fd]
        self.cause = self._loop.create_future()
        self._deadline.cancel()
        self._deadline = self._loop.call_later(seconds, self._decide, Cause.DEADLINE)
        if self._run.exited.done():
            self._decide(Cause.EXIT)
        self._look_later()
        return fd

    @property
    def surplus(self) -> bool:
        """Whether more came than one frame."""
        frame = self.frame()
        return frame is not None and len(self._frame) > wire.FRAME.size + len(frame[1])

    def close(self) -> None:
        """Take what is still in the pipes and close them; the process has to be dead."""
        self._deadline.cancel()
        if self._next_look is not None:
            self._next_look.cancel()
        # Its end may be known before the loop has come round to telling this watch.
        self._exited(None)
        for fd in self._fds:
            self._deaf(fd)
            os.close(fd)
        self._fds.clear()

    def _exited(self, _: object) -> None:
        # The frame may still lie in the pipe.
        self._drain()
        self._decide(Cause.EXIT)

    def _look_later(self, seconds: float = LOOK_SECONDS) -> None:
        if self._next_look is not None:
            self._next_look.cancel()
        if self._scratch is not None:
            self._next_look = self._loop.call_later(seconds, self._look, self._scratch)

    def _look(self, scratch: str) -> None:
        if self.cause.done() or self._run.exited.done():
            return
        limits = self._limits
        began = self._loop.time()
        found = self._run.pid and excess(
            self._run.pid, scratch=scratch, cpu_seconds=limits.cpu_seconds, file_mb=limits.file_mb, held=self._held
        )
        if found:
            self._decide(_BY_EXCESS[found])
        else:
            # A large tree takes a while to be looked through.
            self._look_later(max(LOOK_SECONDS, (self._loop.time() - began) / _LOOK_SHARE))

    def _drain(self) -> None:
        for fd in list(self._listening):
            # A process that outlived its killing could go on writing for ever.
            for _ in range(_LAST_READS):
                if not self._read(fd):
                    break

    def _read(self, fd: int) -> bool:
        """Take what one pipe holds; tell whether there may be more."""
        try:
            data = os.read(fd, _CHUNK)
        except BlockingIOError:
            return False
        stream = self._fds[fd]
        if not data:
            # Not a verdict: the process may have closed it and run on.
            self._deaf(fd)
        elif stream is None:
            self._take(fd, data)
        else:
            stream.add(data)
            if stream.total > self._limits.stream_mb * MB:
                self._decide(Cause.LARGE_STREAM)
        return fd in self._listening

    def _take(self, fd: int, data: bytes) -> None:
        self._frame += data
        if len(self._frame) < wire.FRAME.size:
            return
        _, length = wire.FRAME.unpack_from(self._frame)
        if length > self._limits.output_kb * 1000:
            self._deaf(fd)
            self._decide(Cause.LARGE_RESULT)
        elif len(self._frame) >= wire.FRAME.size + length:
            self._deaf(fd)
            self._decide(Cause.FRAME)

    def _deaf(self, fd: int) -> None:
        if fd in self._listening:
            self._listening.discard(fd)
            self._loop.remove_reader(fd)

    def _decide(self, cause: Cause) -> None:
        if not self.cause.done():
            self.cause.set_result(cause)
