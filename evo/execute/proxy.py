"""The one way out of a network that has no other: a proxy that leads to the addresses that somebody named, and nowhere.

Programs behind the strictest walls live in a network with nothing in it but a socket that listens. It is handed out to
this process, which answers there: CONNECT for what is encrypted, plain requests for what is not. Who asks says a token,
and the token says where it may go.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import os
import secrets
import socket
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD_BYTES = 64 * 1024
_HEAD_SECONDS, _CONNECT_SECONDS = 30.0, 30.0
_CHUNK = 1 << 16
_HTTP, _HTTPS = 80, 443
_OWN = ("proxy-", "connection:", "keep-alive:")
"""Beginnings of lines of a request that are the proxy's and not the server's."""


def address_of(text: str) -> tuple[str, int]:
    """Return host and port of an address as it is named: "api.example.com" or "api.example.com:8443"; 443 by default.

    Raises:
        ValueError: it is none.
    """
    found = urlsplit(f"//{text}")
    if not found.hostname or found.path or found.query or found.fragment or found.username is not None:
        raise ValueError(f"expected host or host:port; got {text!r}")
    return found.hostname, found.port or _HTTPS


class Proxy:
    """Leads programs at work to the addresses that are named for them. Use from one event loop."""

    def __init__(self) -> None:
        self._admitted: dict[str, frozenset[tuple[str, int]]] = {}
        self._servers: dict[int, asyncio.Server] = {}
        self._talks: set[asyncio.Task[None]] = set()
        self._opening = asyncio.Lock()

    def admit(self, addresses: Sequence[str]) -> str:
        """Return a token that leads to these addresses until it is dismissed."""
        token = secrets.token_urlsafe(18)
        self._admitted[token] = frozenset(map(address_of, addresses))
        return token

    def dismiss(self, token: str) -> None:
        """Lead nobody anywhere by this token any more; what is open stays so."""
        self._admitted.pop(token, None)

    async def serve(self, listener: int) -> None:
        """Answer at a listening socket, unless that is done already; the descriptor stays the caller's."""
        async with self._opening:
            inode = os.fstat(listener).st_ino
            if inode not in self._servers:
                there = socket.socket(fileno=os.dup(listener))
                self._servers[inode] = await asyncio.start_server(self._met, sock=there, limit=_HEAD_BYTES)

    async def close(self) -> None:
        """Answer nowhere any more; may be called twice."""
        for server in self._servers.values():
            server.close()
        self._servers.clear()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        try:
            async with asyncio.timeout(_HEAD_SECONDS):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            await self._answer(head, reader, writer)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # Whoever asked is a program that may ask anything; nobody else is concerned.
            pass
        finally:
            await _shut(writer)

    async def _answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = head.split("\r\n")
        method, _, rest = first.partition(" ")
        target = rest.rpartition(" ")[0]
        allowed = self._allowed(lines)
        if allowed is None:
            return await _say(writer, "407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="evo"\r\n')
        plain = urlsplit(target)
        where = address_of(target) if method == "CONNECT" else (plain.hostname or "", plain.port or _HTTP)
        if where not in allowed or (method != "CONNECT" and plain.scheme != "http"):
            words = f"{where[0]}:{where[1]} is not among the addresses of network\n"
            return await _say(writer, "403 Forbidden", "", words)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                there, back = await asyncio.open_connection(*where)
        except (OSError, TimeoutError) as error:
            return await _say(writer, "502 Bad Gateway", "", f"{where[0]}:{where[1]}: {error}\n")
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                kept = [line for line in lines if line and not line.lower().startswith(_OWN)]
                path = plain._replace(scheme="", netloc="").geturl() or "/"
                said = [f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]
                back.write("\r\n".join(said).encode("latin-1"))
            await asyncio.gather(_pour(reader, back), _pour(there, writer))
        finally:
            await _shut(back)
        return None

    def _allowed(self, lines: Sequence[str]) -> frozenset[tuple[str, int]] | None:
        """Return where whoever sent these lines may go; None for somebody without a token."""
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() != "proxy-authorization" or not value.strip().lower().startswith("basic "):
                continue
            said = base64.b64decode(value.strip()[6:].encode()).decode("utf-8", "replace").partition(":")[2]
            for token, addresses in self._admitted.items():
                if hmac.compare_digest(said.encode(), token.encode()):
                    return addresses
        return None


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Hand on what comes until there is no more, and say so."""
    with suppress(OSError):
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()
        if target.can_write_eof():
            target.write_eof()


async def _say(writer: asyncio.StreamWriter, status: str, head: str, words: str = "") -> None:
    head += f"Content-Length: {len(words)}\r\nConnection: close\r\n"
    writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n{words}".encode())
    await writer.drain()


async def _shut(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
