"""`evo serve`: the page and its documents over HTTP, on loopback, for as long as somebody wants to look.

Everything is read in short steps by one or two threads; what is sent is cut into pieces that are waited for, so a
reader that stops costs its piece and nothing else. Pieces of the log never change, and are kept packed for all readers.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from aiohttp import web

from evo.errors import DamagedError, EvoError, NotFoundError
from evo.store.reading.bounded import AT_ONCE
from evo.web.comparison import compare_folders
from evo.web.documents import read_about, read_shown
from evo.web.guard import HEADERS, LOOPBACK, Guard, make_middleware
from evo.web.pieces import Pieces
from evo.web.shelf import RunShelf, stamp_of
from evo.web.watch import PROGRESS_KEY, RunWatches

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from evo.canonical import JSON

STATIC = Path(__file__).parent / "static"
_KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_THREADS = 2
_PIECE_BYTES = 64 * 1024
_PIECE_SECONDS = 120.0
_BEAT_SECONDS = 15.0
_READERS = 100
_COMPARED = 50
_ASKED = 500
_Result = TypeVar("_Result")


@asynccontextmanager
async def serving(place: Path, *, host: str = LOOPBACK, port: int = 0, token: str = "") -> AsyncGenerator[str]:
    """Serve a folder of runs; yield the address, with the port that was free when `port` is 0.

    Args:
        place: a folder of runs, or one run.
        host: where to listen.
        port: 0 takes a free one.
        token: what readers have to bring; "" for nobody but this machine.

    Raises:
        EvoError: the port is taken, or the host is no address of this machine.
    """
    page = Page(RunShelf(place), Guard(token=token))
    runner = web.AppRunner(page.application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port, reuse_address=True).start()
        except OSError as error:
            raise EvoError(f"port {port} on {host} cannot be used ({error.strerror}); choose another, or 0") from error
        taken = cast("tuple[str, int]", runner.addresses[0])[1]
        yield f"http://{f'[{host}]' if ':' in host else host}:{taken}/{f'?token={token}' if token else ''}"
    finally:
        await runner.cleanup()
        page.close()


async def serve(place: Path, ready: Callable[[str], None], *, host: str, port: int, token: str) -> None:
    """Serve until interrupted or terminated; `ready` gets the address once requests are taken."""
    ended = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, ended.set)
    async with serving(place, host=host, port=port, token=token) as address:
        ready(address)
        await ended.wait()


class Page:
    """The routes.

    Args:
        shelf: the runs.
        guard: stands before every route.
    """

    def __init__(self, shelf: RunShelf, guard: Guard) -> None:
        self._shelf, self._guard = shelf, guard
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="evo-page")
        self._watches = RunWatches(shelf, self._call)
        self._pieces = Pieces()
        self._readers = 0
        self._names = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.suffix in _KINDS}

    def application(self) -> web.Application:
        """Return the application."""
        app = web.Application(client_max_size=1024, middlewares=[make_middleware(self._guard)])
        run = "/api/runs/{run}"
        app.router.add_get("/", self._index)
        app.router.add_get("/static/{name:.+}", self._static)
        app.router.add_get("/api/runs", self._runs)
        app.router.add_get("/api/compare", self._compare)
        app.router.add_get("/api/events", self._events)
        app.router.add_get(f"{run}/about", self._about)
        app.router.add_get(f"{run}/log", self._log)
        app.router.add_get(f"{run}/commits", self._commits)
        app.router.add_get(f"{run}/find", self._find)
        app.router.add_get(f"{run}/programs/{{program:[0-9a-f]+}}", self._program)
        app.router.add_get(f"{run}/answers/{{ticket:[0-9]+}}", self._answer)
        app.router.add_get(f"{run}/picture", self._picture)
        app.router.add_get(f"{run}/pictures/{{program:[0-9a-f]{{32}}}}.png", self._picture)
        return app

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _call(self, call: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return await self._file(request, "index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in self._names:
            raise web.HTTPNotFound
        return await self._file(request, name)

    async def _file(self, request: web.Request, name: str) -> web.StreamResponse:
        path = STATIC / name
        data = await self._call(path.read_bytes)
        tag = f'"{sha256(data).hexdigest()[:24]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        return await _send(request, data, f"{_KINDS[path.suffix]}; charset=utf-8", headers)

    async def _runs(self, request: web.Request) -> web.StreamResponse:
        return await self._tell(request, lambda: {"place": self._shelf.place.name, "runs": [*self._shelf.rows()]})

    async def _compare(self, request: web.Request) -> web.StreamResponse:
        names = [name for name in request.query.get("runs", "").split(",") if name][:_COMPARED]
        return await self._tell(request, lambda: compare_folders([self._shelf.folder_of(name) for name in names]))

    async def _about(self, request: web.Request) -> web.StreamResponse:
        def about() -> JSON:
            with self._shelf.open_named(request.match_info["run"]) as reader:
                return {**read_about(reader), "stand": reader.stand()}

        return await self._tell(request, about)

    async def _log(self, request: web.Request) -> web.StreamResponse:
        name, after = request.match_info["run"], _whole(request, "after_seq", -1, least=-1)
        most = min(_whole(request, "most", AT_ONCE, least=1), AT_ONCE)

        def read() -> tuple[bytes, bool]:
            with self._shelf.open_named(name) as reader:
                piece = reader.columns(after, most)
            return pack_document(piece), piece["count"] == most

        try:
            folder = self._shelf.folder_of(name)
            stand = stamp_of(folder)
            # Another log that comes to stand in the same place is another file.
            key = (str(folder), stand[0][0], after, most)
            packed = await self._pieces.get(key, lambda: self._call(read), stand)
        except EvoError as error:
            return _failed(error)
        return await _send(request, packed, "application/json", {"Cache-Control": "no-store"}, packed=True)

    async def _commits(self, request: web.Request) -> web.StreamResponse:
        words = request.query.get("seqs", "").split(",")[:_ASKED]
        seqs = [int(word) for word in words if word.isdecimal() and len(word) <= 18]  # noqa: PLR2004 - digits of 2^63

        def commits() -> JSON:
            with self._shelf.open_named(request.match_info["run"]) as reader:
                return [*reader.commits(seqs)]

        return await self._tell(request, commits)

    async def _find(self, request: web.Request) -> web.StreamResponse:
        words = request.query.get("q", "").strip()[:200]

        def find() -> JSON:
            with self._shelf.open_named(request.match_info["run"]) as reader:
                return [*reader.find(words)] if words else []

        return await self._tell(request, find)

    async def _program(self, request: web.Request) -> web.StreamResponse:
        def program() -> JSON:
            with self._shelf.open_named(request.match_info["run"]) as reader:
                found = reader.program(request.match_info["program"][:32])
                if found is None:
                    raise NotFoundError("no program of the run has an id that begins so")
                return found

        return await self._tell(request, program)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        def answer() -> JSON:
            with self._shelf.open_named(request.match_info["run"]) as reader:
                return reader.answer(int(request.match_info["ticket"][:18]))

        return await self._tell(request, answer)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        program = request.match_info.get("program", "")
        try:
            folder = self._shelf.folder_of(request.match_info["run"])
            data = await self._call(lambda: read_shown(folder, program))
        except EvoError as error:
            return _failed(error)
        if data is None:
            raise web.HTTPNotFound
        return await _send(request, data, "image/png", {"Cache-Control": "no-cache"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Tell what is new: events `stand` and `progress` of a run, or `folder` of all; the id is the last `seq`."""
        name = request.query.get("run", "")
        if name:
            try:
                self._shelf.folder_of(name)
            except NotFoundError as error:
                return _failed(error)
        if self._readers >= _READERS:
            return web.Response(status=503, text="Too many readers; close some of the pages.")
        self._readers += 1
        try:
            return await self._stream(request, name)
        finally:
            self._readers -= 1

    async def _stream(self, request: web.Request, name: str) -> web.StreamResponse:
        stream, seen = _Stream(request), _Seen()
        await stream.open()
        number = 0
        async with self._watches.of(name) as watch:
            with suppress(ConnectionError, TimeoutError):
                while True:
                    try:
                        number, stand = await asyncio.wait_for(watch.after(number), _BEAT_SECONDS)
                    except TimeoutError:
                        await stream.write(b": still here\n\n")
                        continue
                    seq = stand.get("seq", "") if name else number
                    for kind, told in seen.news(stand) if name else [("folder", stand)]:
                        text = json.dumps(told, separators=(",", ":"), allow_nan=False)
                        await stream.write(f"event: {kind}\nid: {seq}\ndata: {text}\n\n".encode())
        return stream.response

    async def _tell(self, request: web.Request, call: Callable[[], JSON]) -> web.StreamResponse:
        found = await self._answered(request, call)
        if isinstance(found, web.StreamResponse):
            return found
        return await _send(request, found[1], "application/json", {"Cache-Control": "no-store"}, packed=True)

    async def _answered(
        self, request: web.Request, call: Callable[[], _Result]
    ) -> tuple[_Result, bytes] | web.StreamResponse:
        """Return a value and its packed document, or the answer that says why there is none."""
        del request

        def make() -> tuple[_Result, bytes]:
            value = call()
            return value, pack_document(value)

        try:
            return await self._call(make)
        except EvoError as error:
            return _failed(error)


def pack_document(value: object) -> bytes:
    """Return plain data as compressed JSON: what is not a finite number was made null before."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), 1)


class _Seen:
    """What one reader knows of a run: how it stands and, apart from that since it changes often, its progress."""

    def __init__(self) -> None:
        self._stand: dict[str, JSON] | None = None
        self._progress: JSON = None

    def news(self, told: dict[str, JSON]) -> Iterator[tuple[str, JSON]]:
        """Yield the kind and the data of what is new to it."""
        stand = {name: value for name, value in told.items() if name != PROGRESS_KEY}
        progress = told.get(PROGRESS_KEY)
        if stand != self._stand:
            yield "stand", stand
        if progress != self._progress:
            # The reader's clock is another one: it is told how old this is.
            at = progress.get("at") if isinstance(progress, dict) else None
            age = max(0.0, time.time() - at) if isinstance(at, float) else 0.0
            yield "progress", {**progress, "age": round(age, 2)} if isinstance(progress, dict) else None
        self._stand, self._progress = stand, progress


class _Stream:
    """A stream of events to one reader, which is cut off when it does not read."""

    def __init__(self, request: web.Request) -> None:
        self.response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        self._request = request

    async def open(self) -> None:
        self.response.headers.update(HEADERS)
        await self.response.prepare(self._request)
        await self.write(b"retry: 2000\n\n")

    async def write(self, data: bytes) -> None:
        await _write(self._request, self.response, data)


async def _write(request: web.Request, response: web.StreamResponse, data: bytes) -> None:
    try:
        await asyncio.wait_for(response.write(data), _PIECE_SECONDS)
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise


async def _send(
    request: web.Request, data: bytes, kind: str, headers: dict[str, str], *, packed: bool = False
) -> web.StreamResponse:
    """Send a document in pieces, each of which is waited for."""
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    if packed and not takes:
        data, packed = gzip.decompress(data), False
    headers = {**headers, "Content-Type": kind, "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    if len(data) <= _PIECE_BYTES:
        return web.Response(body=data, headers=headers)
    response = web.StreamResponse(headers={**headers, **HEADERS, "Content-Length": str(len(data))})
    await response.prepare(request)
    if request.method != "HEAD":
        with suppress(ConnectionError, TimeoutError):
            for at in range(0, len(data), _PIECE_BYTES):
                await _write(request, response, data[at : at + _PIECE_BYTES])
    return response


def _failed(error: EvoError) -> web.Response:
    status = 404 if isinstance(error, NotFoundError) else 422 if isinstance(error, DamagedError) else 400
    return web.json_response({"error": str(error)}, status=status)


def _whole(request: web.Request, name: str, default: int, *, least: int) -> int:
    text = request.query.get(name, "")
    try:
        return max(int(text[:18]), least) if text else default
    except ValueError:
        return default
