"""Stands before a server over HTTP: this machine's programs alone, and with the token.

Requests of browsers on behalf of other sites are refused by Host and Origin, with a token or without one.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any

from evo.web.guard import HEADERS, stranger_flaw

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Message = Mapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

_FORBIDDEN, _UNKNOWN = 403, 401
_BEARER = "Bearer "
_LOOKED_AT = ("Host", "Origin", "Sec-Fetch-Site")


class Door:
    """An ASGI application that lets pass who may come in.

    Args:
        application: behind it.
        token: what every request has to bring, as a bearer.
        where: the file that the token lies in, for those who come without it.
    """

    def __init__(self, application: Application, token: str, where: str) -> None:
        self._application, self._token, self._where = application, token, where

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on; only requests and the server's own beginning and end come in."""
        if scope["type"] == "http":
            refused = self._refusal({name.lower(): value for name, value in _texts(scope["headers"])})
            if refused:
                await _refuse(send, *refused)
                return
        elif scope["type"] != "lifespan":
            return
        await self._application(scope, receive, send)

    def _refusal(self, headers: Mapping[str, str]) -> tuple[int, str] | None:
        if flaw := stranger_flaw({name: headers[name.lower()] for name in _LOOKED_AT if name.lower() in headers}):
            return _FORBIDDEN, flaw
        told = headers.get("authorization", "")
        if told.startswith(_BEARER) and hmac.compare_digest(told[len(_BEARER) :].encode(), self._token.encode()):
            return None
        return _UNKNOWN, f"a token is needed, as Authorization: Bearer ...; it lies in {self._where}"


def _texts(headers: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


async def _refuse(send: Send, status: int, message: str) -> None:
    kept = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    headers = [(b"content-type", b"application/json"), *kept]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps({"error": message}).encode()})
