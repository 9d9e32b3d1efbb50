"""The process that belongs to a Ray cluster in place of the main one: sites as actors, one for each worker.

Ray ends whatever process has lost the cluster's head, and its threads and handlers are at home in every process that
has joined a cluster. So the main process never joins: it speaks to this one in frames over a socket, and that socket's
end is the end of this process and of all that it began, whoever of the two died.

A request is given to a free site; if that is lost before it has answered, to one on another node, once. Sites that were
lost are begun anew wherever the cluster has room.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from typing import Any

from evo.errors import EvoError
from evo.execute.frames import pack, receive, unpack
from evo.execute.ray_site import RaySite, versions
from evo.execute.sandbox import Tier

CLOSING_SECONDS = 10.0
AGAIN_SECONDS = 1.0
SETTLE_SECONDS = 15.0
"""How long the first site waits for others, so that the tier in force is one that all of them offer."""
_RESOURCES = ("num_cpus", "num_gpus", "memory", "resources")


@dataclass(eq=False, slots=True, kw_only=True)
class _Place:
    """An actor.

    Attributes:
        actor: Ray's handle.
        node: the id of the node that it lives on.
        tiers: what its machine offers.
        has: digests of the parcels that lie there.
        busy: requests that it works at, by what it works with: a candidate, or a judge alone.
    """

    actor: Any
    node: str
    tiers: list[str]
    has: set[str] = field(default_factory=set)
    busy: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})


class _LostError(Exception):
    """The site died before it answered; says why."""


class RayBridge:
    """Speaks for a cluster.

    Args:
        config: what `RayExecutor` sends first.
        writer: to the main process.
    """

    def __init__(self, config: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        self._config, self._writer = config, writer
        self._places: list[_Place] = []
        self._changed = asyncio.Condition()
        self._parcels: dict[str, Any] = {}
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._calls: dict[int, Any] = {}
        self._raising: set[asyncio.Task[None]] = set()
        self._tier = ""
        self._refusals: list[str] = []

    async def start(self) -> dict[str, Any]:
        """Join the cluster and begin the sites; return what the main process is told.

        Raises:
            EvoError: no site could be begun, or one that may not serve is among them.
        """
        _join(self._config)
        workers: int = self._config["workers"]
        for _ in range(workers):
            self._raise()
        await self._gathered(1, self._config["patience"])
        await self._gathered(workers, min(SETTLE_SECONDS, self._config["patience"]))
        if self._refusals:
            raise EvoError(self._refusals[0])
        if not self._places:
            raise EvoError(self._no_room())
        common = [tier for tier in Tier if all(tier in place.tiers for place in self._places)]
        wish = self._config["sandbox"].partition(":")[2] or self._config["sandbox"]
        self._tier = str(common[0]) if wish == "auto" else wish
        await asyncio.gather(*(self._begin(place) for place in self._places))
        if self._refusals:
            raise EvoError(self._refusals[0])
        return {"tier": self._tier, "sites": len(self._places)}

    def obey(self, message: dict[str, Any]) -> None:
        """Take one message of the main process."""
        number: int = message["number"]
        if message["do"] == "parcel":
            self._keep(message["digest"], message["parcel"])
        elif message["do"] == "cancel":
            if number in self._calls:
                _ray().cancel(self._calls[number])
            elif number in self._serving:
                self._serving[number].cancel()
        else:
            self._serving[number] = asyncio.create_task(self._serve(number, message))

    async def close(self) -> None:
        """End all sites and leave the cluster."""
        for task in [*self._raising, *self._serving.values()]:
            task.cancel()
        ray = _ray()
        ends = [place.actor.close.remote() for place in self._places]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await asyncio.gather(*ends, return_exceptions=True)
        for place in self._places:
            with contextlib.suppress(ray.exceptions.RayError):
                ray.kill(place.actor)
        ray.shutdown()

    async def _serve(self, number: int, message: dict[str, Any]) -> None:
        try:
            answer = await self._answer(number, message)
        except asyncio.CancelledError:
            answer = pack({"cancelled": True})
        finally:
            self._calls.pop(number, None)
            del self._serving[number]
        self._writer.write(pack({"number": number, "answer": answer}))

    async def _answer(self, number: int, message: dict[str, Any]) -> bytes:
        """Have a request answered; once more elsewhere when its site was lost."""
        lost, words = "", ""
        for _ in range(2):
            try:
                place = await self._free(candidate=message["do"] != "judge", avoided=lost)
            except TimeoutError:
                return pack({"infra": self._no_room() + (f"; the last one was lost: {words}" if words else "")})
            try:
                return await self._asked(number, place, message)
            except _LostError as error:
                lost, words = place.node, str(error)
                self._bury(place)
            finally:
                await self._freed(place, candidate=message["do"] != "judge")
        return pack({"infra": f"two nodes were lost while they worked at it: {words}"})

    async def _asked(self, number: int, place: _Place, message: dict[str, Any]) -> bytes:
        """Ask a site.

        Raises:
            _LostError: it died.
        """
        ray = _ray()
        needed = [digest for digest in message["needs"] if digest not in place.has]
        refs = [self._parcels[digest] for digest in needed]
        call = place.actor.work.remote(message["request"], needed, *refs)
        self._calls[number] = call
        try:
            answer = await call
        except (ray.exceptions.TaskCancelledError, asyncio.CancelledError):
            raise asyncio.CancelledError from None
        except ray.exceptions.RayTaskError as error:
            if isinstance(error, ray.exceptions.TaskCancelledError):
                raise asyncio.CancelledError from None
            return pack({"infra": f"a site failed: {_last_line(error)}"})
        except ray.exceptions.RayError as error:
            raise _LostError(_last_line(error)) from None
        finally:
            self._calls.pop(number, None)
        place.has.update(needed)
        return answer

    async def _free(self, *, candidate: bool, avoided: str) -> _Place:
        """Wait for a site with room, best on another node than `avoided`, and take it.

        Raises:
            TimeoutError: for too long there was no site at all.
        """
        async with self._changed:
            while True:
                free = [place for place in self._places if not place.busy[candidate]]
                if free:
                    place = min(free, key=lambda each: (each.node == avoided, each.busy[not candidate]))
                    place.busy[candidate] += 1
                    return place
                async with asyncio.timeout(None if self._places else self._config["patience"]):
                    await self._changed.wait()

    async def _freed(self, place: _Place, *, candidate: bool) -> None:
        place.busy[candidate] -= 1
        async with self._changed:
            self._changed.notify_all()

    def _keep(self, digest: str, parcel: bytes) -> None:
        """Put a parcel where every node fetches it from, once."""
        self._parcels[digest] = _ray().put(parcel)

    def _raise(self) -> None:
        """Begin a site wherever there is room, now or later."""
        raising = asyncio.create_task(self._raised())
        self._raising.add(raising)
        raising.add_done_callback(self._raising.discard)

    async def _raised(self) -> None:
        ray = _ray()
        while True:
            actor = ray.remote(RaySite).options(**_options(self._config)).remote()
            try:
                said = unpack(await actor.hello.remote(self._config["sandbox"]))
                break
            except ray.exceptions.RayError as error:
                if not self._tier:
                    self._refusals.append(_broken(error))
                    await self._tell()
                    return
                await asyncio.sleep(AGAIN_SECONDS)
        if flaw := _flaw(said):
            self._refusals.append(flaw)
            ray.kill(actor)
            await self._tell()
            return
        place = _Place(actor=actor, node=said["node"], tiers=said["tiers"])
        try:
            fit = not self._tier or await self._begin(place)
        except ray.exceptions.RayError:
            # Lost before it began: its place is to be filled all the same.
            self._raise()
            return
        if not fit:
            ray.kill(actor)
            return
        self._places.append(place)
        await self._tell()

    async def _begin(self, place: _Place) -> bool:
        said = unpack(await place.actor.begin.remote(self._tier))
        if "refused" in said:
            self._refusals.append(said["refused"])
        return "refused" not in said

    def _bury(self, place: _Place) -> None:
        if place in self._places:
            self._places.remove(place)
            self._raise()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _gathered(self, count: int, seconds: float) -> None:
        """Wait until so many sites are there, or one is refused, for so long at most."""
        with contextlib.suppress(TimeoutError):
            async with self._changed, asyncio.timeout(seconds):
                await self._changed.wait_for(lambda: len(self._places) >= count or bool(self._refusals))

    def _no_room(self) -> str:
        asked = _options(self._config)
        words = ", ".join(f"{name} {asked[name]}" for name in _RESOURCES if asked.get(name))
        there = _ray().cluster_resources()
        shown = ", ".join(f"{name} {there[name]:g}" for name in sorted(there) if not name.startswith("node:"))
        seconds = self._config["patience"]
        return f"no node had room for a site ({words}) within {seconds:g} s; the cluster has {shown or 'no nodes'}"


def _ray() -> Any:  # noqa: ANN401 - a module that ships few types
    import ray  # noqa: PLC0415 - an extra

    return ray


def _join(config: dict[str, Any]) -> None:
    """Join the cluster, or begin one on this machine.

    Raises:
        EvoError: that failed; says why.
    """
    ray = _ray()
    local: dict[str, Any] = {}
    if config["address"] == "local":
        each = config["resources"]
        local = {
            "num_cpus": max(1, round(config["workers"] * config["cpus"])),
            "resources": {name: amount * config["workers"] for name, amount in each.items()},
            "include_dashboard": False,
            "_temp_dir": config["folder"],
            "object_store_memory": 100 * 1024 * 1024,
        }
    try:
        ray.init(
            address=config["address"], log_to_driver=False, logging_level="ERROR", configure_logging=False, **local
        )
    except (RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        raise EvoError(f"the cluster at {config['address']} cannot be joined: {_last_line(error)}") from error


def _options(config: dict[str, Any]) -> dict[str, Any]:
    """Return what Ray is told of an actor."""
    return {
        "num_cpus": config["cpus"],
        "num_gpus": config["gpus"],
        "resources": config["resources"],
        **({"memory": round(config["memory_mb"] * 1e6)} if config["memory_mb"] else {}),
        "scheduling_strategy": "SPREAD",
        "max_restarts": 0,
    }


def _flaw(said: dict[str, Any]) -> str:
    """Return why a site may not serve; "" when it may."""
    where = f"node {said['node'][:8]} ({said['machine']})"
    if "refused" in said:
        return f"{where}: {said['refused']}"
    for name, ours in versions().items():
        theirs = said["versions"].get(name, "not there")
        if theirs != ours:
            return (
                f"{where} has {name} {theirs}, this machine {ours}; scores could differ: install the same on all nodes"
            )
    return ""


def _broken(error: Exception) -> str:
    words = _last_line(error)
    if "No module named 'evo" in str(error):
        return f"a node has no evo: {words}; install evo-search[ray] in the environment that its Ray runs in"
    return f"a site could not be begun: {words}"


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:500] if lines else type(error).__name__


async def _live(line: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=line)
    config = await receive(reader)
    bridge = RayBridge(config, writer)
    try:
        hello = await bridge.start()
    except EvoError as error:
        hello = {"refused": str(error)}
    writer.write(pack(hello))
    await writer.drain()
    try:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError, EvoError):
            while True:
                bridge.obey(await receive(reader))
    finally:
        await bridge.close()
        writer.close()


def main(argv: list[str]) -> int:
    """Live as long as the socket does that descriptor `argv[1]` is; `argv[0]` is the pid of the main process."""
    line = socket.socket(fileno=int(argv[1]))
    asyncio.run(_live(line))
    return 0
