"""Where programs that edit files work: one process each, behind the walls of candidates, in a checkout of its own.

What such a program wants to have scored comes out through a pipe, and what it is told goes in through another one; it
has no other way to anybody. Whatever it leaves is plain data here, and taken for nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from evo.errors import InfraError
from evo.execute.inside import wire
from evo.execute.launcher import Launcher
from evo.execute.proxy import Proxy
from evo.execute.sandbox import Tier
from evo.execute.service import Service

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence

    from evo.canonical import JSON
    from evo.execute.executor import Task

DESK = wire.DESK
"""The folder beside what a program works on: what it is told, and how it asks."""
_FRAME_MAX = 16 << 20
_LEAVE_SECONDS = 15.0
"""How long it may take to look at what a program left, once it has been stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leavings:
    """What lies in a checkout.

    Attributes:
        files: path -> text of those that are not what they were, the new ones included.
        gone: those of the program that are not there any more.
        refused: path -> why it cannot be taken: links, what is no text, what is too large.
    """

    files: Mapping[str, str]
    gone: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """What a program says it has spent, or None where it says nothing that could be it."""

    usd: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What came of a program at work.

    Attributes:
        found: what it left; None where nobody could look at it any more.
        ending: how it ended, in words; "" where it did so by itself and without a complaint.
        why: what it did, as it notes itself.
        spent: what it spent, as it notes itself; None where it notes nothing.
        asked: how often it had something scored.
        stdout, stderr: what it wrote, first and last bytes.
        cpu_seconds: of it and of all that it started.
    """

    found: Leavings | None = None
    ending: str = ""
    why: str = ""
    spent: Expense | None = None
    asked: int = 0
    stdout: bytes = b""
    stderr: bytes = b""
    cpu_seconds: float = 0.0


class Workbench:
    """Lets programs work, several at a time.

    Args:
        tier: the isolation to put around them.
    """

    def __init__(self, tier: Tier) -> None:
        self.tier = tier
        self._launcher = Launcher(tier)
        # Of those who may reach somebody: a network of their own, with nothing in it but what listens for this proxy.
        self._proxied = Launcher(tier, proxied=True)
        self._proxy = Proxy()

    async def work(
        self,
        task: Task,
        *,
        wall_seconds: float,
        score: Callable[[Leavings], Awaitable[JSON]],
        usd: float = math.inf,
        network: Sequence[str] = (),
    ) -> Work:
        """Let a program work until it is done, or has to be stopped; cancelling ends it.

        Args:
            task: a command; its files are the checkout and the desk, its `kwargs` `calls` and `brief`.
            wall_seconds: after which it is stopped.
            score: is awaited for whatever it wants to have scored; returns what it is told.
            usd: it is stopped when it says that it has spent more.
            network: "host:port" of whom it may reach, through a proxy.

        Raises:
            InfraError: this machine failed, or has no walls that keep to such a list.
        """
        if network and self.tier is not Tier.STRICT:
            raise InfraError(
                f"network: the walls of tier {self.tier} cannot keep a program to {', '.join(network)}; "
                "expected tier strict, which `evo doctor` tests, or no addresses"
            )
        token = self._proxy.admit(network) if network else ""
        task = replace(task, kwargs=MappingProxyType({**task.kwargs, "token": token}))
        launcher = self._proxied if network else self._launcher
        service = Service(task, launcher, judge_seconds=wall_seconds + _LEAVE_SECONDS, attended=True)
        try:
            try:
                pipes = await service.start()
            except OSError as error:
                raise InfraError(f"no process for a program at work: {error}") from error
            if pipes is None:
                unborn = service.unborn
                raise InfraError(
                    f"a program could not be put to work: {unborn.detail if unborn else 'nobody knows why'}"
                )
            if network:
                await self._proxy.serve(service.listener)
            shift = _Shift(*pipes, score=score, usd=usd)
            try:
                done = await shift.over(wall_seconds)
            finally:
                await shift.close()
            if done is not None:
                return _work(done, shift.stopped, shift.asked)
            ended = await service.finish(wire.CLOSED, "")
            return Work(ending=ended.detail, asked=shift.asked, spent=shift.spent, cpu_seconds=ended.cpu_seconds)
        finally:
            self._proxy.dismiss(token)
            await service.close()

    async def close(self) -> None:
        """Kill what runs and remove what is left; may be called twice."""
        await self._proxy.close()
        for each in (self._launcher, self._proxied):
            await each.close()


class _Shift:
    """One program at work, seen from here.

    Args:
        questions, answers: the pipes to it and from it; closed by `close`.

    Attributes:
        stopped: why it was stopped; "" if it was not.
        asked: how often it had something scored.
        spent: what it said last that it has spent.
    """

    def __init__(
        self, questions: int, answers: int, *, score: Callable[[Leavings], Awaitable[JSON]], usd: float
    ) -> None:
        self.stopped, self.asked = "", 0
        self.spent: Expense | None = None
        self._questions, self._answers, self._score, self._usd = questions, answers, score, usd
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[Mapping[str, Any] | None] = self._loop.create_future()
        self._data, self._unsaid, self._scoring = bytearray(), bytearray(), set[asyncio.Task[None]]()
        for fd in (questions, answers):
            os.set_blocking(fd, False)
        self._loop.add_reader(answers, self._read)
        with suppress(OSError):  # It may be gone, which is heard at once.
            os.write(questions, b".")

    async def over(self, wall_seconds: float) -> Mapping[str, Any] | None:
        """Return the last that is heard of the program, None where it went without a word."""
        await asyncio.wait({self._done}, timeout=wall_seconds)
        if not self._done.done():
            self._stop(f"stopped after {wall_seconds:g} s")
            await asyncio.wait({self._done}, timeout=_LEAVE_SECONDS)
        return self._done.result() if self._done.done() else None

    async def close(self) -> None:
        """Let go of the pipes, and of what is being scored."""
        self._loop.remove_reader(self._answers)
        self._loop.remove_writer(self._questions)
        for task in self._scoring:
            task.cancel()
        await asyncio.gather(*self._scoring, return_exceptions=True)
        for fd in (self._questions, self._answers):
            os.close(fd)

    def _stop(self, why: str) -> None:
        if not self.stopped:
            self.stopped = why
            self._say({"stop": True})

    def _say(self, said: Mapping[str, JSON]) -> None:
        self._unsaid += json.dumps(said).encode() + b"\n"
        self._write()

    def _write(self) -> None:
        """Say as much as the pipe takes now, and the rest when there is room: half a line would put it out of step."""
        try:
            del self._unsaid[: os.write(self._questions, self._unsaid)]
        except BlockingIOError:
            pass
        except OSError:
            # It has gone; what is read from it says so.
            self._unsaid.clear()
        if self._unsaid:
            self._loop.add_writer(self._questions, self._write)
        else:
            self._loop.remove_writer(self._questions)

    def _read(self) -> None:
        try:
            data = os.read(self._answers, 1 << 18)
        except BlockingIOError:
            return
        self._data += data
        try:
            while (frame := self._next()) is not None:
                self._take(*frame)
        except (ValueError, TypeError, KeyError, RecursionError):
            data = b""
        if not data:
            self._loop.remove_reader(self._answers)
            self._settle(None)

    def _next(self) -> tuple[int, Mapping[str, Any]] | None:
        head = wire.FRAME.size
        if len(self._data) < head:
            return None
        kind, length = wire.FRAME.unpack_from(self._data)
        if length > _FRAME_MAX:
            raise ValueError("a frame that is too long")
        if len(self._data) < head + length:
            return None
        value = json.loads(bytes(self._data[head : head + length]))
        del self._data[: head + length]
        return kind, value

    def _take(self, kind: int, value: Mapping[str, Any]) -> None:
        if kind != wire.ASKED:
            self._settle(value if kind == wire.RESULT and value.get("done") else None)
        elif "spent" in value:
            self.spent = expense(str(value["spent"]))
            if self.spent and self.spent.usd > self._usd:
                self._stop(f"stopped: it says that it has spent {self.spent.usd:g} usd of {self._usd:g}")
        else:
            self.asked += 1
            self._later(self._scored(str(value["asked"]), _found(value), int(value["calls_left"])))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._scoring.add(task)
        task.add_done_callback(self._scoring.discard)

    async def _scored(self, name: str, found: Leavings, left: int) -> None:
        try:
            said = await self._score(found)
        except BaseException as error:
            # What goes wrong with a score goes wrong with the work; whoever waits for that is told.
            if not isinstance(error, asyncio.CancelledError) and not self._done.done():
                self._done.set_exception(error)
            raise
        told = {**cast("dict[str, JSON]", said), "calls_left": left}
        self._say({"name": name, "said": json.dumps(told)})

    def _settle(self, value: Mapping[str, Any] | None) -> None:
        if not self._done.done():
            self._done.set_result(value)


def expense(text: str) -> Expense | None:
    """Return what a note of a program says that it has spent: {"usd": 0.1, "input_tokens": 9, "output_tokens": 9}."""
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    told = cast("Mapping[str, object]", said)
    usd = told.get("usd", told.get("total_cost_usd", 0))
    tokens = [told.get(name, 0) for name in ("input_tokens", "output_tokens")]
    if not all(_is_amount(each) for each in (usd, *tokens)):
        return None
    return Expense(
        usd=float(cast("float", usd)),
        prompt_tokens=int(cast("float", tokens[0])),
        completion_tokens=int(cast("float", tokens[1])),
    )


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1e12  # noqa: PLR2004


def _found(value: Mapping[str, Any]) -> Leavings:
    return Leavings(
        files=MappingProxyType({str(path): str(text) for path, text in value["files"].items()}),
        gone=tuple(str(path) for path in value["gone"]),
        refused=MappingProxyType({str(path): str(why) for path, why in value["refused"].items()}),
    )


def _work(value: Mapping[str, Any], stopped: str, asked: int) -> Work:
    try:
        return Work(
            found=_found(value),
            ending=stopped or str(value["ending"]),
            why=str(value["why"]),
            spent=expense(str(value["spent"])),
            asked=asked,
            stdout=base64.b64decode(str(value["stdout"])),
            stderr=base64.b64decode(str(value["stderr"])),
            cpu_seconds=float(value["cpu_seconds"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InfraError(f"a program at work was reported on in words that nobody understands: {error}") from error
