"""A living run's service on loopback: what other processes of this person ask and tell it through.

Where it listens and the token that every request has to bring lie in the run's folder, for its owner alone. Requests of
browsers on behalf of other sites are refused by Host and Origin, with a token or without one.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

from aiohttp import web

from evo.errors import ConflictError, EvoError, NotFoundError, UsageError
from evo.web.guard import HEADERS, LOOPBACK, stranger_flaw
from evo.wheel.helm import WAIT_SECONDS, Helm
from evo.wheel.message import ANSWER_MAX_BYTES
from evo.wheel.remote import ADDRESS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
    from pathlib import Path

    from evo.canonical import JSON
    from evo.search.loop import Search
    from evo.wheel.helm import Wheel

_WAIT_MOST = 3600.0
_STATUS: Mapping[type[EvoError], int] = {NotFoundError: 404, ConflictError: 409}


@asynccontextmanager
async def attending(search: Search) -> AsyncGenerator[str]:
    """Serve a living run for as long as the context lasts; yield the address, "" where it cannot be served.

    That no port is free, or the folder takes no file, is no reason for the run to fail: it only has no service.
    """
    token = secrets.token_urlsafe(24)
    runner = web.AppRunner(WheelService(Helm(search), token).application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    path = search.folder / ADDRESS
    address = ""
    try:
        with suppress(OSError):
            await web.TCPSite(runner, LOOPBACK, 0).start()
            port = cast("tuple[str, int]", runner.addresses[0])[1]
            write_address(path, f"http://{LOOPBACK}:{port}", token)
            address = f"http://{LOOPBACK}:{port}"
        yield address
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        await runner.cleanup()


def write_address(path: Path, address: str, token: str) -> None:
    """Write where a service listens, readable for its owner alone, whole or not at all."""
    draft = path.with_suffix(".draft")
    with suppress(FileNotFoundError):
        draft.unlink()
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"address": address, "token": token, "pid": os.getpid()}, file)
    draft.rename(path)


class WheelService:
    """The routes: POST /ask, /tell and /steer; JSON in and out.

    Args:
        wheel: what they lead to.
        token: what every request has to bring, as a bearer.
    """

    def __init__(self, wheel: Wheel, token: str) -> None:
        self._wheel, self._token = wheel, token

    def application(self) -> web.Application:
        """Return the application."""
        app = web.Application(client_max_size=2 * ANSWER_MAX_BYTES, middlewares=[self._stand_before])
        app.router.add_post("/ask", self._ask)
        app.router.add_post("/tell", self._tell)
        app.router.add_post("/steer", self._steer)
        return app

    @web.middleware
    async def _stand_before(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            answer = self._refusal(request) or await handler(request)
        except web.HTTPException as error:
            answer = _said(error.status, "UsageError", error.reason)
        except EvoError as error:
            answer = _said(_STATUS.get(type(error), 400), type(error).__name__, str(error))
        answer.headers.update(HEADERS)
        return answer

    def _refusal(self, request: web.Request) -> web.Response | None:
        if flaw := stranger_flaw(request.headers):
            return _said(403, "UsageError", flaw)
        told = request.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(told, self._token.encode()):
            return _said(401, "UsageError", f"a token is needed; it lies in {ADDRESS} in the run's folder")
        return None

    async def _ask(self, request: web.Request) -> web.StreamResponse:
        data = await _body(request)
        most, by, wait = data.get("most", 1), data.get("by", ""), _wait(data)
        if isinstance(most, bool) or not isinstance(most, int) or most < 1 or not isinstance(by, str):
            raise UsageError(f"ask: expected most, a whole number over 0, and by, a name; got {most!r} and {by!r}")
        return web.json_response({"tickets": await self._wheel.ask(most, by=by, wait=wait)})

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        data = await _body(request)
        wait, told = _wait(data), {k: v for k, v in data.items() if k != "wait"}
        if "several" not in told:
            return web.json_response(await self._wheel.tell(told, wait=wait))
        several = told["several"]
        if not isinstance(several, list) or len(told) > 1 or not all(isinstance(each, dict) for each in several):
            raise UsageError("tell: several: expected a list of objects, each with a ticket, and nothing beside it")
        # All of them wait for the disk together.
        asked = [self._wheel.tell(cast("Mapping[str, JSON]", each), wait=wait) for each in several]
        found = await asyncio.gather(*asked, return_exceptions=True)
        return web.json_response({"told": [_heard(each) for each in found]})

    async def _steer(self, request: web.Request) -> web.StreamResponse:
        data = await _body(request)
        author = data.get("author", "person")
        if not isinstance(author, str):
            raise UsageError(f"steer: author: expected a name; got {author!r}")
        wish = {key: value for key, value in data.items() if key != "author"}
        return web.json_response(await self._wheel.steer(wish, by=author))


async def _body(request: web.Request) -> Mapping[str, JSON]:
    try:
        data: object = json.loads(await request.text())
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the body is no JSON ({error})") from error
    if not isinstance(data, dict):
        raise UsageError("the body is no JSON object")
    return cast("Mapping[str, JSON]", data)


def _wait(data: Mapping[str, JSON]) -> float:
    wait = data.get("wait", WAIT_SECONDS)
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 <= wait <= _WAIT_MOST:
        raise UsageError(f"wait: expected seconds, from 0 to {_WAIT_MOST:g}; got {wait!r}")
    return float(wait)


def _heard(found: dict[str, JSON] | BaseException) -> dict[str, JSON]:
    if isinstance(found, EvoError):
        return {"error": type(found).__name__, "message": str(found)}
    if isinstance(found, BaseException):
        raise found
    return found


def _said(status: int, kind: str, message: str) -> web.Response:
    return web.json_response({"error": kind, "message": message}, status=status)
