"""Batches: files of requests that are answered by and by, whole or in part, or never.

They live as long as the server. What becomes of a batch is scripted by the order in which batches are made; what
becomes of a line by the faults of the server, as far as a line can have them.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from aiohttp import web

from evo.errors import EvoError, nearest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from evo.canonical import JSON

    _Handler: TypeAlias = Callable[[web.Request], Awaitable[web.Response]]

ENDS = ("ok", "expired", "partly", "failed", "cancelled", "unheard")
"""What can become of a batch: all is answered; half is, then it expires or is cancelled, or half of it fails; it is
turned away; it is made, and nobody hears of it."""
_PIECE_MAX_BYTES = 64 * 1024 * 1024


class AnswersLine(Protocol):
    """Answers the body of one line as the server answers a call."""

    async def __call__(self, body: JSON) -> tuple[int, JSON]:
        """Return a status and what comes with it."""
        ...


def check_ends(ends: tuple[str, ...]) -> None:
    """Check what batches are to come to.

    Raises:
        EvoError: an unknown name.
    """
    for name in ends:
        if name not in ENDS:
            raise EvoError(f"batch {name!r}: expected one of {', '.join(ENDS)}{nearest(name, ENDS)}")


@dataclass(slots=True, kw_only=True)
class _Batch:
    number: int
    metadata: JSON
    lines: list[dict[str, JSON]]
    status: str = "in_progress"
    files: dict[str, str] = field(default_factory=dict[str, str])
    errors: JSON = None

    def document(self) -> dict[str, JSON]:
        """Return it as the protocol has it."""
        return {
            "id": f"batch_{self.number}",
            "object": "batch",
            "status": self.status,
            "metadata": self.metadata,
            "output_file_id": self.files.get("output"),
            "error_file_id": self.files.get("error"),
            "errors": self.errors,
            "request_counts": {"total": len(self.lines)},
        }


class Batches:
    """The files and batches of one server.

    Args:
        answer: answers a line.
        turned_away: what is said to a call that may not be made.
        ends: what the first batches come to; later ones are answered whole.
        seconds: how long a batch takes.
    """

    def __init__(
        self,
        answer: AnswersLine,
        turned_away: Callable[[web.Request], web.Response | None],
        ends: tuple[str, ...],
        seconds: float,
    ) -> None:
        self._answer, self._turned_away, self._ends, self._seconds = answer, turned_away, ends, seconds
        self._files: dict[str, bytes] = {}
        self._batches: list[_Batch] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def made(self) -> int:
        """How many batches were made."""
        return len(self._batches)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Return where they are found."""
        return [
            web.post(f"{prefix}/files", self._guarded(self._upload)),
            web.get(f"{prefix}/files/{{name}}/content", self._guarded(self._content)),
            web.post(f"{prefix}/batches", self._guarded(self._make)),
            web.get(f"{prefix}/batches", self._guarded(self._list)),
            web.get(f"{prefix}/batches/{{name}}", self._guarded(self._show)),
        ]

    def _guarded(self, handler: _Handler) -> _Handler:
        async def handle(http: web.Request) -> web.Response:
            refused = self._turned_away(http)
            return await handler(http) if refused is None else refused

        return handle

    async def _upload(self, http: web.Request) -> web.Response:
        form = await http.post()
        file = form.get("file")
        if form.get("purpose") != "batch" or not isinstance(file, web.FileField):
            return _wrong("expected a file and the purpose batch")
        name = self._keep(file.file.read(_PIECE_MAX_BYTES))
        return web.json_response({"id": name, "object": "file", "purpose": "batch"})

    async def _content(self, http: web.Request) -> web.Response:
        data = self._files.get(http.match_info["name"])
        return _wrong("no such file", 404) if data is None else web.Response(body=data)

    async def _make(self, http: web.Request) -> web.Response:
        body = cast("JSON", await http.json())
        data = self._files.get(str(body.get("input_file_id"))) if isinstance(body, dict) else None
        if not isinstance(body, dict) or data is None:
            return _wrong("expected the id of a file")
        lines = [cast("dict[str, JSON]", json.loads(line)) for line in data.split(b"\n") if line]
        number = len(self._batches)
        batch = _Batch(number=number, metadata=body.get("metadata"), lines=lines)
        self._batches.append(batch)
        end = self._ends[number] if number < len(self._ends) else "ok"
        task = asyncio.ensure_future(self._work(batch, end))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if end == "unheard" and http.transport is not None:
            http.transport.abort()
        return web.json_response(batch.document())

    async def _list(self, _: web.Request) -> web.Response:
        newest = [batch.document() for batch in reversed(self._batches)]
        return web.json_response({"object": "list", "data": newest[:100], "has_more": False})

    async def _show(self, http: web.Request) -> web.Response:
        found = [batch for batch in self._batches if f"batch_{batch.number}" == http.match_info["name"]]
        return web.json_response(found[0].document()) if found else _wrong("no such batch", 404)

    async def _work(self, batch: _Batch, end: str) -> None:
        await asyncio.sleep(self._seconds)
        if end == "failed":
            batch.errors = {"data": [{"code": "invalid_request", "message": "The file is not understood", "line": 1}]}
            batch.status = "failed"
            return
        whole = end in {"ok", "unheard"}
        done = batch.lines if whole else batch.lines[: len(batch.lines) // 2]
        output = [await self._line(line) for line in done]
        rest = [_unanswered(line, end) for line in batch.lines[len(done) :]]
        for kind, lines in (("output", output), ("error", rest)):
            if lines:
                batch.files[kind] = self._keep("\n".join(map(json.dumps, lines)).encode())
        batch.status = end if end in {"expired", "cancelled"} else "completed"

    async def _line(self, line: dict[str, JSON]) -> dict[str, JSON]:
        status, body = await self._answer(line.get("body"))
        response: dict[str, JSON] = {"status_code": status, "body": body}
        return {"custom_id": line.get("custom_id"), "response": response, "error": None}

    def _keep(self, data: bytes) -> str:
        name = f"file_{len(self._files)}"
        self._files[name] = data
        return name


def _unanswered(line: dict[str, JSON], end: str) -> dict[str, JSON]:
    """Return the line of a request that was not answered: by the end of its batch, or by a failure of its own."""
    if end == "partly":
        error: JSON = {"message": "scripted failure of a line", "code": "server_error"}
        response: dict[str, JSON] = {"status_code": 500, "body": {"error": error}}
        return {"custom_id": line.get("custom_id"), "response": response, "error": None}
    told: dict[str, JSON] = {"code": f"batch_{end}", "message": f"the batch was {end}"}
    return {"custom_id": line.get("custom_id"), "response": None, "error": told}


def _wrong(words: str, status: int = 400) -> web.Response:
    error = {"message": words, "type": "invalid_request_error", "param": None, "code": None}
    return web.json_response({"error": error}, status=status)
