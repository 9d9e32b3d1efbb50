"""What goes over the wire to one address, by aiohttp: one session, its connections kept, nothing else contacted.

Redirects are not followed, cookies not kept, and neither proxies nor keys nor headers taken from variables that the
config does not name.
"""

from __future__ import annotations

import json
import ssl
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import aiohttp

from evo.errors import EvoError
from evo.llm.openai.dialect import worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.llm.openai.settings import EndpointSpec, OpenAISettings

_ERROR_MAX_BYTES = 64 * 1024
_KEEP_SECONDS = 15.0
_OK = 200
"""The one status that carries an answer."""


class RefusedError(Exception):
    """A response that carries no answer, with as much of its body as is worth reading."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
        super().__init__(status)


class TooLargeError(Exception):
    """A body passed its limit while it was read."""


class LostError(Exception):
    """The way was never made, or lost; the cause says which."""


class Transport:
    """The way to one address; the session begins with the first request, in the loop that makes it."""

    def __init__(self, options: OpenAISettings, spec: EndpointSpec, key: str) -> None:
        """Nothing is sent yet.

        Raises:
            EvoError: a file of authorities holds none.
        """
        headers, query = ({**getattr(options, name), **getattr(spec, name)} for name in ("headers", "query"))
        own = {name: worded(value) for name, value in headers.items()}
        named = {name.lower() for name in own}
        usual = _usual_headers(key)
        self._headers = {name: value for name, value in usual.items() if name.lower() not in named} | own
        self._base = spec.base_url.rstrip("/")
        told = {name: worded(value) for name, value in query.items()}
        self._query = f"?{urlencode(told, quote_via=quote)}" if told else ""
        self._proxy = worded(spec.proxy or options.proxy or "") or None
        safe = self._base.startswith("https:") or (self._proxy or "").startswith("https:")
        self._ssl = _authorities(options.ca_file, spec.ca_file) if safe else True
        self._slots = options.limits(spec).slots
        # Whoever waits for a free connection waits for the way, as whoever makes one does.
        limit = options.connect_seconds
        self._timeout = aiohttp.ClientTimeout(total=None, connect=limit, sock_connect=limit)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, body: JSON) -> aiohttp.ClientResponse:
        """Send a body as JSON; return the response, its own body unread.

        Raises:
            RefusedError: it has another status than 200.
            LostError: there was no way to the address, or none back.
        """
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        return await self._send("POST", path, data, {"Content-Type": "application/json"})

    async def get(self, path: str) -> aiohttp.ClientResponse:
        """Ask for what lies at an address; as `post`."""
        return await self._send("GET", path, None, {})

    async def upload(self, path: str, lines: bytes) -> aiohttp.ClientResponse:
        """Send a file of requests; as `post`."""
        form = aiohttp.FormData({"purpose": "batch"})
        form.add_field("file", lines, filename="requests.jsonl", content_type="application/jsonl")
        return await self._send("POST", path, form, {})

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _send(
        self, method: str, path: str, data: bytes | aiohttp.FormData | None, headers: dict[str, str]
    ) -> aiohttp.ClientResponse:
        session = self._session = self._session or self._begun()
        url = f"{self._base}{path}{self._query}"
        try:
            response = await session.request(
                method, url, data=data, headers=headers, proxy=self._proxy, allow_redirects=False
            )
        except (aiohttp.ClientError, OSError) as error:
            raise LostError from error
        if response.status == _OK:
            return response
        try:
            body = await capped(response, _ERROR_MAX_BYTES)
        except TooLargeError:
            body = b""
        finally:
            response.release()
        raise RefusedError(response.status, lower(response.headers), body)

    def _begun(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._slots, keepalive_timeout=_KEEP_SECONDS, ssl=self._ssl),
            headers=self._headers,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )


async def piece(response: aiohttp.ClientResponse) -> bytes:
    """Return what has come of the body, at least a byte; nothing at its end.

    Raises:
        LostError: there was no way back.
    """
    try:
        return await response.content.readany()
    except (aiohttp.ClientError, OSError) as error:
        raise LostError from error


async def capped(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return the whole body.

    Raises:
        TooLargeError: it has more than `most` bytes.
        LostError: as `piece`.
    """
    pieces: list[bytes] = []
    size = 0
    while some := await piece(response):
        size += len(some)
        if size > most:
            raise TooLargeError
        pieces.append(some)
    return b"".join(pieces)


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers by their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


def _usual_headers(key: str) -> dict[str, str]:
    usual = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "evo-search"}
    return usual | ({"Authorization": f"Bearer {key}"} if key else {})


def _authorities(*files: str | None) -> ssl.SSLContext:
    """Return what may vouch for an endpoint: the well-known authorities, and those of the files."""
    named = [file for file in files if file is not None]
    if not named:
        return _shared()
    context = _well_known()
    for file in named:
        try:
            context.load_verify_locations(cafile=file)
        except (ssl.SSLError, OSError) as error:
            raise EvoError(f"ca_file: expected certificates in PEM form; got {file} ({error})") from error
    return context


@cache
def _shared() -> ssl.SSLContext:
    """Return the authorities that all endpoints share: to read them takes 20 ms."""
    return _well_known()


def _well_known() -> ssl.SSLContext:
    """Return the authorities of this machine: where its OpenSSL was built to look, else as `truststore` finds them."""
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    there = (str(file) if file.is_file() else None, str(folder) if folder.is_dir() and any(folder.iterdir()) else None)
    if sys.platform != "linux" or not any(there):
        import truststore  # noqa: PLC0415 - few need it

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # By their paths, since the defaults would be read from variables.
    context.load_verify_locations(*there)
    return context
