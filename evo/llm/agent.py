"""A model that is a program: a coding agent's command line, a script, a fuzzer. It edits the files of a parent.

It works behind the walls of candidates, in a checkout of its own; what it leaves is the answer, stored like any other,
so a run with its answers replays without it. This file says what it may use; whoever puts it to work fits
`workshop.Workshop`.
"""

from __future__ import annotations

import asyncio
import math
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.errors import EvoError, LLMError
from evo.llm.model import LLM, LLMClient, ModelFacts
from evo.llm.prices import FREE, Spend
from evo.records import Completion, Finish, Purpose

if TYPE_CHECKING:
    from evo.llm.model import LLMContext
    from evo.llm.waits import Waits
    from evo.llm.workshop import Workshop
    from evo.records import Request

_ADDRESS = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(LLM):
    """A program that edits files, put to work once a ticket.

    Attributes:
        argv: the program and its arguments; no shell is involved. What it is to do is on its stdin, and in
            `.evo/BRIEF.md` of the folder that it is started in.
        calls: how often it may have what it made scored, by the command `score`.
        cpu_seconds: of it and of all that it starts, without those of scoring.
        wall_seconds: after which it is stopped; what lies there then counts.
        memory_mb: of all that it starts, together.
        file_mb: largest file that it may write; all of its files have room for twice that.
        usd: most that a ticket may cost, set aside before it begins; it is stopped when it says that it has spent more,
            and charged all of it when it says nothing. 0: it costs nothing.
        env: environment variables that it gets, by name; their values are secrets, which no answer may show.
        toolchains: what it needs beside the system's programs: names (`evo doctor` has them), or folders.
        readable: files and folders that it may read, as whole paths.
        network: "host" (port 443) or "host:port" of whom it may reach, through a proxy that HTTPS_PROXY and HTTP_PROXY
            name to it; needs the walls of tier strict.
        at_once: how many of it work at a time.
    """

    argv: tuple[str, ...]
    calls: int = 10
    cpu_seconds: float = 120.0
    wall_seconds: float = 600.0
    memory_mb: float = 2048.0
    file_mb: int = 64
    usd: float = 0.0
    env: tuple[str, ...] = ()
    toolchains: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    network: tuple[str, ...] = ()
    at_once: int = 1

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            EvoError: nothing to run, a bound that bounds nothing, or an address.
        """
        if not self.argv or not all(self.argv):
            raise EvoError("argv: expected a program and its arguments, for example [python3, agent.py]; got none")
        for name in ("cpu_seconds", "wall_seconds", "memory_mb", "file_mb", "at_once"):
            if not 0 < getattr(self, name) < math.inf:
                raise EvoError(f"{name}: expected a number over 0; got {getattr(self, name)}")
        for name in ("calls", "usd"):
            if not 0 <= getattr(self, name) < math.inf:
                raise EvoError(f"{name}: expected a number, 0 or more; got {getattr(self, name)}")
        for address in self.network:
            if not _ADDRESS.fullmatch(address):
                raise EvoError(f"network: expected host or host:port, for example api.example.com:443; got {address!r}")
        for path in self.readable:
            if not path.startswith("/"):
                raise EvoError(f"readable: expected whole paths; got {path!r}")

    @property
    def facts(self) -> ModelFacts:
        """It costs what it says, at most `usd` a ticket."""
        return ModelFacts(prices=FREE, model=self.argv[0].rpartition("/")[2], confined=True)

    def check(self, role: str) -> None:
        """Check that the variables that it gets are set.

        Raises:
            LLMError: one is not.
        """
        for name in self.env:
            if not os.environ.get(name):
                raise LLMError(f"llms.{role}: the environment variable {name}, which {self.argv[0]} gets, is not set")

    def connect(self, context: LLMContext) -> LLMClient:
        """Return the client, which puts the program to work."""
        return AgentClient(self, context.workshop, context.waits, context.role)


class AgentClient:
    """Puts a program to work for each request, a few at a time.

    Args:
        agent: the program.
        workshop: of the run; None where there is no run.
        waits: is told of requests that wait for their turn.
        role: in the run's `llms`.
    """

    def __init__(self, agent: Agent, workshop: Workshop | None, waits: Waits, role: str) -> None:
        self._agent, self._workshop, self._waits, self._role = agent, workshop, waits, role
        self._turns = asyncio.Semaphore(agent.at_once)

    def worst(self, request: Request) -> Spend:
        """Return the most money that one ticket can cost."""
        return Spend(usd=self._agent.usd if request.purpose == Purpose.PROPOSE else 0.0)

    async def complete(self, request: Request) -> Completion:
        """Return what the program left.

        Raises:
            LLMError: there is nowhere to work, or this machine failed.
        """
        if request.purpose != Purpose.PROPOSE:
            words = f"llms.{self._role} is a program that edits files; it answers no request for {request.purpose}"
            return Completion(text="", finish=Finish.ERROR, detail=words)
        if self._workshop is None:
            raise LLMError(f"llms.{self._role}: a program that edits files works in a run, and there is none")
        with self._waits.idle(request):
            await self._turns.acquire()
        try:
            return await self._workshop.work(request, self._agent)
        finally:
            self._turns.release()

    async def close(self) -> None:
        """Hold nothing: the workshop is the run's."""
