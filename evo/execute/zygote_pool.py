"""The main process's end of the zygotes: one warm process per import set, started when first needed.

Orders forks and kills, learns how they ended, notices the death of a zygote.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evo.errors import InfraError
from evo.execute.executor import Grants
from evo.execute.inside import wire
from evo.execute.spawn import start

if TYPE_CHECKING:
    from collections.abc import Sequence

START_SECONDS = 60.0
"""For the imports of a fresh zygote, on a busy machine."""
CLOSE_SECONDS = 2.0
GRACE_SECONDS = 10.0
"""How long a zygote may take to report the end of a process that has been killed."""
MAX_ZYGOTES = 8
"""Most import sets that are kept warm at a time; the least recently used goes first."""
NO_GRANTS = Grants()
_LAST_WORDS = 1024
_CLOSE_ON_EXEC: int = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a candidate's process ended, as the kernel tells.

    Attributes:
        status: as `wait4` gives it.
    """

    status: int
    cpu_seconds: float
    max_rss_mb: float


@dataclass(slots=True, kw_only=True)
class Run:
    """One process under way.

    Attributes:
        exited: how it ended; an InfraError when that cannot be known.
        pid: 0 until it is known; pidfd: -1 where there is none.
    """

    number: int
    exited: asyncio.Future[Exit]
    pid: int = 0
    pidfd: int = -1


@dataclass(slots=True, kw_only=True)
class Zygote:
    """A living zygote, or one that was lost: then every run in it has failed and no new one can be made.

    Attributes:
        listener: a socket that listens in its network, for whoever wants to be asked from there; -1 for none.
    """

    process: subprocess.Popen[bytes]
    control: socket.socket
    ready: asyncio.Future[None]
    log: int
    lost: bool = False
    listener: int = -1
    runs: dict[int, Run] = field(default_factory=dict[int, Run])

    @classmethod
    async def launch(
        cls,
        imports: Sequence[str],
        tier: str,
        hidden: Sequence[str] = (),
        grants: Grants = NO_GRANTS,
        *,
        proxied: bool = False,
    ) -> Zygote:
        """Start a zygote and wait until its imports are done and the walls of its tier are prepared.

        Raises:
            InfraError: it could not be started, died, or did not answer in time.
        """
        loop = asyncio.get_running_loop()
        log = os.memfd_create("zygote") if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_RDWR)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        walls = {"hidden": hidden, "readable": grants.readable, "startable": grants.startable, "proxied": proxied}
        try:
            process = start(
                *("evo.execute.inside.zygote", str(theirs.fileno()), ",".join(imports), tier, json.dumps(walls)),
                keep=(theirs.fileno(),),
                log=log,
                python=grants.python,
            )
        except OSError as error:
            ours.close()
            os.close(log)
            raise InfraError(f"no process for candidates could be started: {error}") from error
        finally:
            theirs.close()
        zygote = cls(process=process, control=ours, ready=loop.create_future(), log=log)
        loop.add_reader(ours, zygote._listen)
        try:
            async with asyncio.timeout(START_SECONDS):
                await asyncio.shield(zygote.ready)
        except TimeoutError:
            zygote.lose(f"it did not answer within {START_SECONDS:g} s")
            raise zygote.error("") from None
        except BaseException:
            zygote.lose("cancelled")
            raise
        return zygote

    def fork(self, number: int, fds: Sequence[int]) -> Run:
        """Order a process for the run `number`, with the descriptors of `wire.FORK` or of `wire.SERVE`.

        Raises:
            InfraError: the zygote is lost.
        """
        run = Run(number=number, exited=asyncio.get_running_loop().create_future())
        self.runs[number] = run
        try:
            kind = wire.SERVE if len(fds) == wire.SERVE_FDS else wire.FORK
            socket.send_fds(self.control, [wire.COMMAND.pack(kind, number)], list(fds))
        except OSError as error:
            self.lose(f"it takes no orders: {error}")
            raise self.error(str(error)) from error
        return run

    def kill(self, run: Run) -> None:
        """Kill the process of a run; nothing happens when it has ended."""
        if run.exited.done():
            return
        if run.pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(run.pidfd, signal.SIGKILL)
            return
        try:
            self.control.send(wire.COMMAND.pack(wire.KILL, run.number))
        except OSError as error:
            self.lose(f"it takes no orders: {error}")

    async def reaped(self, run: Run) -> Exit:
        """Wait for the end of a run that has been killed.

        Raises:
            InfraError: the zygote died, or did not report it within the grace and has been killed.
        """
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                return await asyncio.shield(run.exited)
        except TimeoutError:
            self.lose(f"it did not report an end within {GRACE_SECONDS:g} s")
            return await run.exited

    def lose(self, why: str) -> None:
        """Kill the zygote and fail what runs in it; the kernel then kills its children."""
        if self.lost:
            return
        self.lost = True
        asyncio.get_running_loop().remove_reader(self.control)
        self.process.kill()
        self.process.wait()
        self.control.close()
        failure = self.error(why)
        for run in list(self.runs.values()):
            if run.pidfd >= 0:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(run.pidfd, signal.SIGKILL)
            self._end(run, failure)
        if not self.ready.done():
            self.ready.set_exception(failure)
            self.ready.exception()
        os.close(self.log)
        self.log = -1
        if self.listener >= 0:
            os.close(self.listener)
            self.listener = -1

    async def close(self) -> None:
        """End the zygote: it kills and reaps its children first."""
        if self.lost:
            return
        with contextlib.suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        asyncio.get_running_loop().remove_reader(self.control)
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.process.wait, CLOSE_SECONDS)
        self.lose("closed")

    def error(self, why: str) -> InfraError:
        """Return what to say of its death."""
        words = "; ".join(part for part in (why, self._last_words()) if part)
        return InfraError(f"the process that starts candidates is gone: {words}")

    def _last_words(self) -> str:
        if self.log < 0:
            return ""
        size = os.fstat(self.log).st_size
        return os.pread(self.log, _LAST_WORDS, max(0, size - _LAST_WORDS)).decode(errors="replace").strip()

    def _listen(self) -> None:
        try:
            data, fds, _, _ = socket.recv_fds(self.control, wire.REPORT.size, 1, _CLOSE_ON_EXEC)
        except BlockingIOError:
            return
        except OSError as error:
            self.lose(str(error))
            return
        if not data:
            self.lose("it died")
            return
        kind, number, a, b, c = wire.REPORT.unpack(data)
        if kind == wire.READY:
            self.listener = fds[0] if fds else -1
            self.ready.set_result(None)
            return
        run = self.runs[number]
        if kind == wire.STARTED:
            run.pid, run.pidfd = a, (fds[0] if fds else -1)
        elif kind == wire.EXITED:
            self._end(run, Exit(status=a, cpu_seconds=b / 1e6, max_rss_mb=c / 1024))
        else:
            self._end(run, InfraError(f"no process for a candidate: {os.strerror(a)}"))

    def _end(self, run: Run, how: Exit | InfraError) -> None:
        del self.runs[run.number]
        if run.pidfd >= 0:
            os.close(run.pidfd)
            run.pidfd = -1
        if isinstance(how, Exit):
            run.exited.set_result(how)
        else:
            run.exited.set_exception(how)
            # Marked as seen: a run may have been abandoned.
            run.exited.exception()


class ZygotePool:
    """The zygotes that are warm, by import set.

    Args:
        tier: the isolation that they put around candidates.
        proxied: whether something listens in their networks.
    """

    def __init__(self, tier: str, *, proxied: bool = False) -> None:
        self._tier, self._proxied = tier, proxied
        self._starting: dict[tuple[tuple[str, ...], tuple[str, ...], Grants], asyncio.Task[Zygote]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    async def warm(self, imports: tuple[str, ...], hidden: tuple[str, ...] = (), grants: Grants = NO_GRANTS) -> Zygote:
        """Return the zygote of an import set, started when there is none or it was lost.

        Args:
            imports: modules that it has loaded.
            hidden: folders that its children may not read, whatever else they may read.
            grants: what they may read and start beside, and under which interpreter.

        Raises:
            InfraError: it could not be started.
        """
        # Where programs are looked for is the task's; it makes no other zygote.
        key = (imports, hidden, replace(grants, path=()))
        starting = self._starting.pop(key, None)
        if starting is None or _is_useless(starting):
            starting = asyncio.create_task(Zygote.launch(imports, self._tier, hidden, grants, proxied=self._proxied))
        # The last in the dictionary is the most recently used.
        self._starting[key] = starting
        zygote = await asyncio.shield(starting)
        self._retire()
        return zygote

    async def close(self) -> None:
        """End all of them, and what runs in them; may be called twice."""
        for starting in self._starting.values():
            starting.cancel()
        zygotes = await asyncio.gather(*self._starting.values(), return_exceptions=True)
        self._starting.clear()
        await asyncio.gather(*(zygote.close() for zygote in zygotes if isinstance(zygote, Zygote)))
        await asyncio.gather(*self._leaving, return_exceptions=True)

    def _retire(self) -> None:
        for key, starting in list(self._starting.items())[:-MAX_ZYGOTES]:
            if _is_useless(starting):
                del self._starting[key]
            elif starting.done() and not starting.result().runs:
                del self._starting[key]
                leaving = asyncio.create_task(starting.result().close())
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)


def _is_useless(starting: asyncio.Task[Zygote]) -> bool:
    if not starting.done():
        return False
    return starting.cancelled() or starting.exception() is not None or starting.result().lost
