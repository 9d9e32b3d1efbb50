"""The executor of a Ray cluster: a site for each worker, on whatever node has room for it (the extra `ray`).

This process never joins the cluster: `ray_bridge` does, a process of its own, and it is spoken to in frames.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import secrets
import socket
import subprocess
import warnings
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from evo.errors import EvoError, EvoWarning, InfraError, explain
from evo.execute import far_site, scratch
from evo.execute.executor import Conversation, JudgeAnswer, TaskResult
from evo.execute.frames import HEAD_BYTES, frame_bytes, pack, receive, unpack
from evo.execute.local import WORKERS_MAX, Sandbox
from evo.execute.parcel import pack_checkout, pack_folder
from evo.execute.plain import from_plain
from evo.execute.sandbox import Tier
from evo.execute.spawn import start
from evo.records import StageStatus
from evo.text import normalise_detail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.execute.executor import JudgeQuestion, Task

BRIDGE = "evo.execute.ray_bridge"
CONNECT_SECONDS = 5.0
JOINING_SECONDS = 120.0
"""What beginning and joining a cluster may take on top of `patience`."""
ENDING_SECONDS = 40.0
TOKEN_FILE = "RAY_AUTH_TOKEN_PATH"  # noqa: S105 - a name, no token
TOKEN_VARIABLES = ("RAY_AUTH_TOKEN", TOKEN_FILE)
MODE = "RAY_AUTH_MODE"
LOST = "the Ray cluster was lost, or its head; begin it again, then `evo resume`"


def _nothing() -> Mapping[str, float]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class RayCluster:
    """A Ray cluster: a site of one candidate and one judge for each worker, each wherever there is room.

    Attributes:
        address: "local" begins a cluster on this machine that ends with the run; else the head's "host:port", or "auto"
            for the cluster that this machine belongs to.
        workers: evaluations at a time, from 1 to 1000.
        sandbox: "auto" takes the strongest tier that all nodes offer, "required:<tier>" fails where one lacks it.
        cpus, gpus: of a node, that each worker takes; fractions are shared.
        memory_mb: memory of a node that each worker takes; 0 asks for none.
        resources: what else each worker takes, by the names that the cluster gives it.
        token: the file that holds the cluster's token; "" for what the environment names in RAY_AUTH_TOKEN_PATH or
            RAY_AUTH_TOKEN. A local cluster is given one of its own.
        patience: seconds that may pass without any node that has room.
    """

    address: str = "local"
    workers: int = 2
    sandbox: Sandbox = "auto"
    cpus: float = 1.0
    gpus: float = 0.0
    memory_mb: float = 0.0
    resources: Mapping[str, float] = field(default_factory=_nothing)
    token: str = ""
    patience: float = 60.0

    def __post_init__(self) -> None:
        """Refuse what no cluster can be asked for.

        Raises:
            EvoError: says which option, what was expected and what came.
        """
        if not 1 <= self.workers <= WORKERS_MAX:
            raise EvoError(f"workers: expected an integer, at least 1, at most {WORKERS_MAX}; got {self.workers}")
        amounts = {"cpus": self.cpus, "gpus": self.gpus, "memory_mb": self.memory_mb}
        named = {f"resources.{name}": amount for name, amount in self.resources.items()}
        for name, amount in {**amounts, **named}.items():
            if not 0 <= amount < float("inf"):
                raise EvoError(f"{name}: expected a finite number, at least 0; got {amount}")
        if not self.patience > 0:
            raise EvoError(f"patience: expected seconds, above 0; got {self.patience}")
        _place_of(self.address)

    def open(self) -> RayExecutor:
        """Join the cluster, or begin one, and return its executor.

        Raises:
            EvoError: Ray is not installed, nothing answers there, the token is missing or wrong, no node has room,
                a node does not offer the tier or has other versions.
        """
        return RayExecutor(self)


class RayExecutor:
    """Runs candidates and judges on the nodes of a Ray cluster (see `Executor`).

    Args:
        options: which cluster, and what of it.

    Raises:
        EvoError: as `RayCluster.open`.
    """

    def __init__(self, options: RayCluster) -> None:
        if find_spec("ray") is None:
            raise EvoError("executor ray: the package ray is not installed; pip install 'evo-search[ray]'")
        self._options = options
        _check_answers(options.address)
        try:
            scratch.remove_abandoned()
            self._folder = scratch.make_root(executable=True)
        except OSError as error:
            raise InfraError(explain(error)) from error
        try:
            self._bridge, self._socket = self._begun()
            hello = self._hello()
        except BaseException:
            self._end()
            raise
        self._tier, sites = Tier(hello["tier"]), int(hello["sites"])
        if sites < options.workers:
            words = (
                f"the cluster has room for {sites} of {options.workers} workers now; others begin when there is more"
            )
            warnings.warn(words, EvoWarning, stacklevel=2)
        self._slots, self._benches = asyncio.Semaphore(options.workers), asyncio.Semaphore(options.workers)
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._sent: set[str] = set()
        self._sending = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None
        self._lost = self._closed = False

    @property
    def tier(self) -> Tier:
        """The isolation in force, on all nodes alike."""
        return self._tier

    @property
    def workers(self) -> int:
        """Most candidates at a time."""
        return self._options.workers

    async def run(self, task: Task) -> TaskResult:
        """Run one task to its verdict; on another node when the first was lost."""
        self._check_open()
        async with self._slots:
            try:
                return from_plain(TaskResult, await self._ask("run", task, None))
            except InfraError as error:
                if self._closed:
                    raise
                return TaskResult(status=StageStatus.INFRA_ERROR, detail=normalise_detail(str(error)))

    async def judge(self, question: JudgeQuestion) -> JudgeAnswer:
        """Ask a judge; on another node when the first was lost."""
        self._check_open()
        async with self._benches:
            return from_plain(JudgeAnswer, await self._ask("judge", None, question))

    async def converse(self, task: Task, question: JudgeQuestion) -> Conversation:
        """Let a judge call a program; on another node when the first was lost."""
        self._check_open()
        async with self._slots:
            return from_plain(Conversation, await self._ask("converse", task, question))

    async def close(self) -> None:
        """End the sites, and a cluster that was begun here."""
        if self._closed:
            return
        self._closed = True
        if self._writer is not None and self._listening is not None:
            self._writer.close()
            await self._listening
        await asyncio.to_thread(self._end)

    def _begun(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """Start the bridge.

        Raises:
            EvoError: there is no token.
            InfraError: no process could be started.
        """
        extra = {
            **{name: value for name, value in os.environ.items() if name.startswith("RAY_") or name == "PYTHONPATH"},
            # Whatever Ray would keep in somebody's home.
            "HOME": str(self._folder),
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
        }
        extra |= _authentication(self._options, self._folder)
        ours, theirs = socket.socketpair()
        try:
            with (self._folder / "bridge.log").open("wb") as log:
                process = start(BRIDGE, str(theirs.fileno()), keep=[theirs.fileno()], log=log.fileno(), extra=extra)
        except OSError as error:
            ours.close()
            raise InfraError(f"no process for the Ray cluster: {explain(error)}") from error
        finally:
            theirs.close()
        return process, ours

    def _hello(self) -> dict[str, Any]:
        """Say what is wanted and wait for what the cluster says.

        Raises:
            EvoError: it cannot serve.
        """
        options = self._options
        wanted: dict[str, Any] = {
            **{name: getattr(options, name) for name in ("address", "workers", "sandbox", "cpus", "gpus")},
            "memory_mb": options.memory_mb,
            "resources": dict(options.resources),
            "patience": options.patience,
            "folder": str(self._folder),
        }
        self._socket.settimeout(options.patience + JOINING_SECONDS)
        try:
            self._socket.sendall(pack(wanted))
            head = _exactly(self._socket, HEAD_BYTES)
            hello = unpack(head + _exactly(self._socket, frame_bytes(head) - HEAD_BYTES))
        except OSError as error:
            raise EvoError(
                f"the Ray cluster at {options.address} cannot be joined: {self._last_words(error)}"
            ) from error
        self._socket.setblocking(False)
        if "refused" in hello:
            raise EvoError(f"executor ray: {hello['refused']}")
        return hello

    def _last_words(self, error: OSError) -> str:
        with contextlib.suppress(OSError):
            text = (self._folder / "bridge.log").read_text("utf-8", "replace")
            if lines := [line.strip() for line in text.splitlines() if line.strip()]:
                return lines[-1][-500:]
        return str(error)

    async def _ask(self, do: str, task: Task | None, question: JudgeQuestion | None) -> dict[str, Any]:
        """Have the bridge ask a site.

        Raises:
            InfraError: the nodes that worked at it, or the cluster, were lost; or a node failed.
        """
        self._check_open()
        writer = await self._line()
        needs = await self._sent_parcels(task, question)
        number, answer = next(self._numbers), asyncio.get_running_loop().create_future()
        self._check_open()
        if self._lost:
            raise InfraError(LOST)
        self._waiting[number] = answer
        asked = far_site.request(do, task, question)
        writer.write(pack({"number": number, "do": do, "request": asked, "needs": needs}))
        try:
            found = unpack(await asyncio.shield(answer))
        except asyncio.CancelledError:
            if not self._lost and not self._closed:
                writer.write(pack({"number": number, "do": "cancel"}))
                # What ran for it is gone when the far end has said so.
                await asyncio.wait({answer})
            raise
        if "value" not in found:
            raise InfraError(str(found.get("infra") or f"a site answered with {', '.join(found)}"))
        return found["value"]

    async def _sent_parcels(self, task: Task | None, question: JudgeQuestion | None) -> list[str]:
        """Send what of our files is needed and was not sent before; return the digests of all that is needed."""
        folder = question.folder if question else None
        tree = task.tree if task else None
        writer = await self._line()
        async with self._sending:
            for each, packed in ((folder, pack_folder), (tree, pack_checkout)):
                if each is None or each.digest in self._sent:
                    continue
                try:
                    parcel = await asyncio.to_thread(packed, each)  # pyright: ignore[reportArgumentType]
                except OSError as error:
                    raise InfraError(f"what is to be sent to the nodes cannot be read: {explain(error)}") from error
                writer.write(pack({"number": -1, "do": "parcel", "digest": each.digest, "parcel": parcel}))
                await writer.drain()
                self._sent.add(each.digest)
        return [each.digest for each in (folder, tree) if each is not None]

    async def _line(self) -> asyncio.StreamWriter:
        """Return the way to the bridge, listened to from now on."""
        async with self._sending:
            if self._writer is None:
                reader, self._writer = await asyncio.open_connection(sock=self._socket)
                self._listening = asyncio.create_task(self._listen(reader))
            return self._writer

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, EvoError):
            while True:
                message = await receive(reader)
                if waiting := self._waiting.pop(message["number"], None):
                    waiting.set_result(message["answer"])
        self._lost = not self._closed
        for waiting in self._waiting.values():
            waiting.set_result(pack({"infra": LOST if self._lost else "this executor is closed"}))
        self._waiting.clear()

    def _check_open(self) -> None:
        if self._closed:
            raise InfraError("this executor is closed; make a new one")

    def _end(self) -> None:
        """Wait until the bridge has gone, with all that it began, and take its folder away."""
        if (line := getattr(self, "_socket", None)) is not None:
            line.close()
        bridge: subprocess.Popen[bytes] | None = getattr(self, "_bridge", None)
        if bridge is not None:
            try:
                bridge.wait(ENDING_SECONDS)
            except subprocess.TimeoutExpired:
                bridge.kill()
                bridge.wait()
        scratch.remove_tree(self._folder)


def _authentication(options: RayCluster, folder: Path) -> dict[str, str]:
    """Return the variables by which Ray finds the token.

    Raises:
        EvoError: there is none.
    """
    if options.address == "local":
        file = folder / "token"
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
        return {MODE: "token", TOKEN_FILE: str(file)}
    if options.token:
        file = Path(options.token).expanduser()
        if not file.is_file() or not file.read_text().strip():
            raise EvoError(f"token: expected a file that holds the cluster's token; {file} is none")
        return {MODE: "token", TOKEN_FILE: str(file.resolve())}
    if os.environ.get(MODE) == "disabled":
        return {}
    if not any(os.environ.get(name) for name in TOKEN_VARIABLES):
        raise EvoError(
            f"executor ray: no token for the cluster at {options.address}; name its file in `token` or in "
            f"{TOKEN_FILE}, or set {MODE}=disabled for a cluster that asks for none"
        )
    return {MODE: "token"}


def _place_of(address: str) -> tuple[str, int] | None:
    """Return host and port; None for a cluster of this machine.

    Raises:
        EvoError: it is no address.
    """
    if address in {"local", "auto"}:
        return None
    host, _, port = address.rpartition(":")
    if "/" in address or not host or not port.isdigit():
        raise EvoError(
            f"address: expected local, auto, or the host:port of the cluster's head as `ray start --head` prints it "
            f"(no ray://: evo runs on a machine of the cluster); got {address!r}"
        )
    return host, int(port)


def _check_answers(address: str) -> None:
    """Find out in seconds what Ray would try for a minute.

    Raises:
        EvoError: nothing answers there.
    """
    if (place := _place_of(address)) is None:
        return
    try:
        socket.create_connection(place, CONNECT_SECONDS).close()
    except OSError as error:
        raise EvoError(
            f"executor ray: nothing answers at {address} ({error}); is the cluster up, and is that its head?"
        ) from error


def _exactly(line: socket.socket, count: int) -> bytes:
    """Return so many bytes.

    Raises:
        OSError: they do not come.
    """
    found = b""
    while len(found) < count:
        more = line.recv(count - len(found))
        if not more:
            raise ConnectionResetError("the process that joins the cluster has ended")
        found += more
    return found
