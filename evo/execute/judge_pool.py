"""The main process's end of the judges: one warm process per worker, started when first needed, replaced in time."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.errors import InfraError
from evo.execute.executor import JudgeAnswer
from evo.execute.inside.judge_line import PIDS, PIPES, RENEWED, REPLY, REQUEST
from evo.execute.inside.wire import CLOSED
from evo.execute.listener import hear
from evo.execute.spawn import start

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

    from evo.canonical import JSON
    from evo.execute.service import Service

JUDGE = "evo.evaluate.judge.main"
"""What a judge's process runs; named, not imported: nothing of it is wanted here."""
RECYCLE_AFTER = 500
"""Answers of one process before a fresh one takes over: what a judge leaks is bounded."""


class JudgePool:
    """A pool of judge processes.

    Args:
        workers: most processes at a time; further requests wait.
        artist: for drawing: with the settings that let plotting libraries find their caches.
    """

    def __init__(self, *, workers: int, artist: bool = False) -> None:
        self._free = asyncio.Semaphore(workers)
        self._idle: list[_Judge] = []
        self._all: set[_Judge] = set()
        self._extra = _artist_environment() if artist else {}
        self._last_words = ""
        self._closed = False

    async def ask(
        self, request: Mapping[str, JSON], body: bytes = b"", *, cpu_seconds: float, services: Sequence[Service] = ()
    ) -> JudgeAnswer:
        """Send one request to a judge and return its answer; what goes wrong in the judge is in the answer.

        Args:
            request: `op` and its arguments.
            body: raw bytes for it.
            cpu_seconds: the limit; the wall limit is `wall_seconds` of it.
            services: programs that the judge may call: a candidate, and what it is measured against. They are started
                here, and the wall limit is then their own and more.

        Raises:
            InfraError: no process could be started, or the pool has been closed.
        """
        async with self._free:
            answer = await self._try(request, body, cpu_seconds, services)
            # A process that died may have been killed by someone else: the machine gets a second chance, and no third.
            return (
                answer or await self._try(request, body, cpu_seconds, services) or JudgeAnswer(error=self._last_words)
            )

    async def _try(
        self, request: Mapping[str, JSON], body: bytes, cpu_seconds: float, services: Sequence[Service]
    ) -> JudgeAnswer | None:
        """Return one process's answer; None when it died."""
        whole, limit = False, wall_seconds(cpu_seconds) + sum(each.wall_seconds for each in services)
        if self._closed:
            raise InfraError("the judges have been closed")
        try:
            # The last one used: its caches know this program.
            judge = self._idle.pop() if self._idle else self._start()
        except OSError as error:
            raise InfraError(f"no judge process could be started: {error}") from error
        try:
            async with asyncio.timeout(limit):
                answer = await judge.ask(request, body, cpu_seconds, services)
            whole = judge.answered < RECYCLE_AFTER
        except TimeoutError:
            return JudgeAnswer(error=f"no answer within {limit:g} s")
        except (OSError, EOFError):
            code, words = judge.ending()
            if code == -signal.SIGPROF:
                return JudgeAnswer(error=f"over the limit of {cpu_seconds:g} CPU seconds", cpu_seconds=cpu_seconds)
            self._last_words = f"the judge process died (exit code {code}{words})"
            return None
        else:
            return answer
        finally:
            if whole:
                self._idle.append(judge)
            else:
                self._end(judge)

    async def close(self) -> None:
        """End every process; may be called twice."""
        self._closed = True
        while self._idle:
            self._end(self._idle.pop())
        for judge in self._all:
            # Who waits for its answer sees it die, and takes back the rest.
            judge.kill()

    def _start(self) -> _Judge:
        judge = _Judge(self._extra)
        self._all.add(judge)
        return judge

    def _end(self, judge: _Judge) -> None:
        self._all.discard(judge)
        judge.end()


class _Judge:
    """One judge process and the line to it."""

    def __init__(self, extra: Mapping[str, str]) -> None:
        self.answered = 0
        self._log = os.memfd_create("judge") if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_RDWR)
        self._line, theirs = socket.socketpair()
        self._line.setblocking(False)
        try:
            fd = theirs.fileno()
            self._process: subprocess.Popen[bytes] = start(JUDGE, str(fd), keep=(fd,), log=self._log, extra=extra)
        except OSError:
            self._line.close()
            os.close(self._log)
            raise
        finally:
            theirs.close()

    async def ask(
        self, request: Mapping[str, JSON], body: bytes, cpu_seconds: float, services: Sequence[Service]
    ) -> JudgeAnswer:
        """Send one request and wait for its answer; on the way, start a candidate afresh as often as it asks for that.

        Raises:
            OSError, EOFError: the process died.
        """
        loop = asyncio.get_running_loop()
        pipes = await all_started(services)
        if pipes is None:
            return UNBORN
        header = json.dumps({**request, PIDS: [each.pid for each in services]} if services else request).encode()
        message = REQUEST.pack(len(header), len(body), cpu_seconds) + header + body
        if pipes:
            # Nothing is under way on this line, so there is room for a byte.
            self._hand(message[:1], pipes)
        await loop.sock_sendall(self._line, message[1:] if pipes else message)
        reply = await self._reply()
        while "progress" in reply or (services and "restart" in reply):
            if "progress" in reply:
                hear(reply["progress"])
                reply = await self._reply()
                continue
            service = services[cast("int", reply["restart"])]
            fresh = await _started(service) or ()
            self._hand(RENEWED.pack(service.pid), fresh)
            reply = await self._reply()
        self.answered += 1
        return JudgeAnswer(
            value=cast("dict[str, JSON]", reply.get("value", {})),
            error=cast("str", reply.get("error", "")),
            cpu_seconds=cast("float", reply["cpu_seconds"]),
        )

    async def _reply(self) -> dict[str, JSON]:
        (size,) = REPLY.unpack(await self._receive(REPLY.size))
        return cast("dict[str, JSON]", json.loads(await self._receive(size)))

    def _hand(self, data: bytes, pipes: Sequence[int]) -> None:
        """Send a few bytes with descriptors, which are then the judge's alone."""
        try:
            socket.send_fds(self._line, [data], list(pipes))
        finally:
            for fd in pipes:
                os.close(fd)

    async def _receive(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        data = b""
        while len(data) < size:
            got = await loop.sock_recv(self._line, size - len(data))
            if not got:
                raise EOFError
            data += got
        return data

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()

    def ending(self) -> tuple[int, str]:
        """Return how the process ended: its exit code, and its last words after a colon, if any."""
        self.kill()
        code = self._process.wait()
        size = os.fstat(self._log).st_size
        words = os.pread(self._log, 1024, max(0, size - 1024)).decode(errors="replace").strip()
        return code, f": {words}" if words else ""

    def end(self) -> None:
        """Kill the process and take back what it occupied. It holds nothing that needs saving."""
        self._line.close()
        self._process.kill()
        self._process.wait()
        os.close(self._log)


async def all_started(services: Sequence[Service]) -> Sequence[int] | None:
    """Start a candidate and what it is measured against; return all their pipes, None where one does not load.

    Raises:
        InfraError: the machine failed.
    """
    found: list[int] = []
    try:
        for service in services:
            pipes = await _started(service)
            if pipes is None:
                break
            found += pipes
    except BaseException:
        _close(found)
        raise
    if len(found) < PIPES * len(services):
        _close(found)
        return None
    return found


def _close(fds: Sequence[int]) -> None:
    for fd in fds:
        os.close(fd)


async def _started(service: Service) -> Sequence[int] | None:
    """Start a candidate.

    Raises:
        InfraError: the machine failed; never OSError, which means the judge here.
    """
    try:
        return await service.start()
    except OSError as error:
        raise InfraError(f"no candidate could be started: {error}") from error


def wall_seconds(cpu_seconds: float) -> float:
    """Return how long a judge may take by the clock: 5 times its CPU limit and 5 s."""
    return 5 * cpu_seconds + 5


UNBORN = JudgeAnswer(value=MappingProxyType({"died": [CLOSED, ""]}))
"""When the program could not be loaded: there was nothing to judge."""


def _artist_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "XDG_CACHE_HOME", "MPLCONFIGDIR") if name in os.environ}
    return {**kept, "MPLBACKEND": "Agg"}
