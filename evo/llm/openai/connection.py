"""The way to one address: the `openai` client over aiohttp, its own retries off, its raw response path.

Nothing but the addresses in the config is contacted: redirects are not followed, and neither proxies nor keys nor
headers are taken from variables that the config does not name.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import aiohttp
import httpx2
import openai

from evo.errors import EvoError
from evo.llm import embeddings
from evo.llm.openai.dialect import worded
from evo.llm.openai.messages import cache_key, chat_messages
from evo.llm.openai.quirks import STREAMS, THINKS, Quirks
from evo.llm.openai.refusals import CAPS, depends_on_prompt, is_too_large, named_cap
from evo.llm.openai.responses import Reply, read, read_stream
from evo.llm.openai.stream import StreamedAnswer
from evo.llm.trial import Trial
from evo.llm.trouble import Trouble, TroubleKind
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Mapping

    from evo.canonical import JSON
    from evo.llm.openai.settings import EndpointSpec, OpenAISettings
    from evo.llm.rate_limits import RateGate
    from evo.records import Request

_PATH = "/chat/completions"
# Asks the client for the response itself, its body unread; nothing of it is parsed by the client.
_UNREAD: Mapping[str, str | openai.Omit] = {"X-Stainless-Raw-Response": "stream"}
_OF_BODIES = frozenset({"content-length", "transfer-encoding", "idempotency-key"})
"""Headers that belong to one request alone."""
_ERROR_MAX_BYTES = 64 * 1024
_FILE_MAX_BYTES = 256 * 1024 * 1024
_KEEP_SECONDS = 15.0
_FORMS_MAX = 16
"""Most forms in which one request is sent before its refusal stands."""
_NO_LIMIT = 2**31
_SWALLOWED = frozenset({TroubleKind.GATEWAY, TroubleKind.RESET})
_LONG_SECONDS = 20.0
"""A call that is lost after so long was lost for its length."""
_WANTS_LOGIN = 407
_ANSWER_LEAST = 16
"""Fewer tokens than these are no room for an answer."""


class _RefusedError(Exception):
    """A response that carries no answer, taken out of the client's hands before it reads it without a limit."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
        super().__init__(status)


class _Patience:
    """A limit in seconds that remembers, by its name, that it was passed."""

    def __init__(self, seconds: float | None, name: str = "first_byte_seconds") -> None:
        self._seconds, self._name = seconds, name
        self.expired = ""

    @asynccontextmanager
    async def timeout(self) -> AsyncGenerator[None]:
        """Raise TimeoutError when what is inside takes longer."""
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                yield
        finally:
            self.expired = self.expired or (self._name if limit.expired() else "")


@dataclass(frozen=True, slots=True)
class _Letter:
    """A request but for its body, as the client made it."""

    method: str
    url: httpx2.URL
    headers: tuple[tuple[str, str], ...]
    extensions: Mapping[str, Any]

    @classmethod
    def like(cls, request: httpx2.Request) -> Self:
        """Return what is the same in every request to this address."""
        headers = tuple(pair for pair in request.headers.multi_items() if pair[0].lower() not in _OF_BODIES)
        return cls(request.method, request.url, headers, dict(request.extensions))

    def saying(self, body: dict[str, JSON]) -> httpx2.Request:
        """Return the request with a body, in the client's own spelling of JSON."""
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        headers, extensions = list(self.headers), dict(self.extensions)
        return httpx2.Request(self.method, self.url, headers=headers, content=content, extensions=extensions)


class _TooLargeError(Exception):
    """A body passed its limit while it was read."""


class Connection:
    """One address, with the connections to it."""

    def __init__(
        self,
        options: OpenAISettings,
        spec: EndpointSpec,
        gate: RateGate,
        quirks: Quirks,
        secrets: tuple[str, ...],
        *,
        bounded: bool,
        picture: Callable[[str], bytes | None],
    ) -> None:
        self._picture = picture
        self._options, self._quirks, self._secrets, self._bounded = options, quirks, secrets, bounded
        self.gate, self.weight, self.reached, self.trial = gate, spec.weight, False, Trial()
        self.where, self.key_name = spec.base_url, options.key_name(spec)
        key = os.environ.get(self.key_name, "") if self.key_name else ""
        self._http = _transport(options, spec)
        self._client = _client(options, spec, key, self._http)
        self._letters: dict[str, _Letter] = {}
        own = any(name.lower() == "authorization" for name in (*options.headers, *spec.headers))
        self._headers = _UNREAD if key or own else {**_UNREAD, "Authorization": openai.Omit()}

    async def ask(self, request: Request) -> Reply | Trouble:
        """Make one call; one more for each parameter that the model turns out not to take, or not so much of."""
        if request.purpose == embeddings.EMBEDDING:
            return await self._call(embeddings.body(self._options.model, request), embeddings.PATH)
        body, limit, lasting = self._body(request), _NO_LIMIT, _NO_LIMIT
        sent, result = self._quirks.fit(body), Trouble(kind=TroubleKind.PARAMETER)
        for _ in range(_FORMS_MAX):
            if self._bounded and not any(name in sent for name in CAPS):
                return Trouble(kind=TroubleKind.UNCAPPED, detail="it takes neither max_tokens nor its twin")
            result = await self._call(sent)
            if isinstance(result, Reply) or not result.parameter:
                break
            cap = _smaller(sent, result)
            if cap is not None:
                limit = min(limit, cap)
                lasting = lasting if depends_on_prompt(result.detail) else limit
            elif result.parameter == "stream" and "stream" not in sent and self._options.stream == "auto":
                self._quirks.note(STREAMS)
                body = self._body(request)
            elif result.kind is TroubleKind.TOO_LONG or not self._quirks.learn(result.parameter, sent):
                break
            sent = {
                name: min(value, limit) if name in CAPS and isinstance(value, int) else value
                for name, value in self._quirks.fit(body).items()
            }
        if isinstance(result, Reply) and lasting < _NO_LIMIT:
            self._quirks.keeps_within(lasting)
        return result

    def form(self, request: Request) -> dict[str, JSON]:
        """Return the body of a request, without what the model is known not to take, to be sent by somebody else."""
        return self._quirks.fit(self._body(request, streams=False))

    def learn(self, request: Request, trouble: Trouble) -> bool:
        """Remember the parameter that a refusal is about; tell whether the request has another form without it."""
        sent = self.form(request)
        # Another request of the same file may have told of it before.
        return bool(trouble.parameter) and (
            trouble.parameter not in sent or self._quirks.learn(trouble.parameter, sent)
        )

    async def fetch(
        self, method: str, path: str, *, body: dict[str, JSON] | None = None, file: bytes | None = None
    ) -> bytes | Trouble:
        """Return what lies at an address beside the answers: files, batches."""
        options, clock = self._options, asyncio.get_running_loop().time
        started = clock()
        try:
            async with asyncio.timeout(options.total_seconds):
                response = await self._sent(method, path, body, file)
                try:
                    return await _capped(response, _FILE_MAX_BYTES)
                finally:
                    await response.aclose()
        except TimeoutError:
            found = Trouble(kind=TroubleKind.TIMEOUT, detail="nothing whole within total_seconds", paid=True)
        except _TooLargeError:
            found = Trouble(kind=TroubleKind.TOO_LARGE, detail=f"a file of more than {_FILE_MAX_BYTES} bytes")
        except _RefusedError as refused:
            told = read(refused.status, refused.headers, refused.body, now=time.time(), seconds=clock() - started)
            found = told if isinstance(told, Trouble) else Trouble(kind=TroubleKind.REJECTED, detail=told.text)
        except (openai.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            found = _lost(error)
        return replace(found, detail=redact(found.detail, self._secrets))

    async def _sent(self, method: str, path: str, body: dict[str, JSON] | None, file: bytes | None) -> httpx2.Response:
        if method == "GET":
            return await self._client.get(path, cast_to=httpx2.Response, options={"headers": self._headers})
        if file is None:
            return await self._client.post(path, cast_to=httpx2.Response, body=body, options={"headers": self._headers})
        return await self._client.post(
            path,
            cast_to=httpx2.Response,
            body={"purpose": "batch"},
            files={"file": ("requests.jsonl", file, "application/jsonl")},
            options={"headers": {**self._headers, "Content-Type": "multipart/form-data"}},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _body(self, request: Request, *, streams: bool = True) -> dict[str, JSON]:
        options, prompt = self._options, request.prompt
        body: dict[str, JSON] = {
            "model": options.model,
            "messages": chat_messages(
                prompt, picture=self._picture if options.images else None, marked=options.cache == "control"
            ),
            "max_tokens": options.cap(request, thinks=options.thinks or self._quirks.knows(THINKS)),
            "seed": request.sent_seed,
        }
        temperature = options.temperature if request.temperature is None else request.temperature
        optional: dict[str, JSON] = {
            "temperature": temperature,
            "top_p": options.top_p,
            "reasoning_effort": options.reasoning_effort,
            "prompt_cache_key": cache_key(prompt) if options.cache == "key" else None,
        }
        if streams and self._streams():
            optional |= {"stream": True, "stream_options": {"include_usage": True}}
        return body | {name: value for name, value in optional.items() if value is not None} | dict(options.extra_body)

    def _streams(self) -> bool:
        """Tell whether the next answer is asked for piece by piece."""
        options, known = self._options, self._quirks.knows
        if options.stream != "auto":
            return options.stream
        return not known("stream") and (options.thinks or known(THINKS) or known(STREAMS))

    async def _call(self, body: dict[str, JSON], path: str = _PATH) -> Reply | Trouble:
        """Send one request within all its deadlines and read what comes back."""
        options, clock = self._options, asyncio.get_running_loop().time
        started, total, first = clock(), asyncio.timeout(options.total_seconds), _Patience(options.first_byte_seconds)
        try:
            async with total:
                async with first.timeout():
                    response = await self._posted(path, body)
                try:
                    result = await self._read(response, body, path, first)
                finally:
                    await response.aclose()
        except TimeoutError:
            limit = first.expired or "total_seconds"
            result = Trouble(kind=TroubleKind.TIMEOUT, detail=f"nothing whole within {limit}", paid=True)
        except _TooLargeError:
            words = f"the response is longer than answer_max_bytes = {options.answer_max_bytes}"
            result = Trouble(kind=TroubleKind.TOO_LARGE, detail=words, paid=True)
        except _RefusedError as refused:
            result = read(refused.status, refused.headers, refused.body, now=time.time(), seconds=clock() - started)
        except (openai.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            result = _lost(error)
        self.reached = self.reached or not (isinstance(result, Trouble) and result.kind is TroubleKind.UNREACHABLE)
        if isinstance(result, Trouble) and result.kind in _SWALLOWED and clock() - started >= _LONG_SECONDS:
            # Somebody on the way has less patience than the model takes time: pieces keep the way open.
            self._quirks.note(STREAMS)
        return self._clean(result)

    async def _posted(self, path: str, body: dict[str, JSON]) -> httpx2.Response:
        """Send a body: the first one through the client, those after it under the head that it gave to the first.

        To make the same head anew takes the client longer than all else on the way to the socket.
        """
        letter = self._letters.get(path)
        if letter is not None:
            return await self._http.send(letter.saying(body), stream=True)
        response = await self._client.post(path, cast_to=httpx2.Response, body=body, options={"headers": self._headers})
        self._letters[path] = _Letter.like(response.request)
        return response

    async def _read(
        self, response: httpx2.Response, body: dict[str, JSON], path: str, first: _Patience
    ) -> Reply | Trouble:
        headers = _lower(response.headers)
        if path == _PATH and headers.get("content-type", "").startswith("text/event-stream"):
            return await self._streamed(response, body, first)
        data = await _capped(response, self._options.answer_max_bytes)
        reader = read if path == _PATH else embeddings.read
        return reader(response.status_code, headers, data, now=time.time())

    async def _streamed(self, response: httpx2.Response, body: dict[str, JSON], first: _Patience) -> Reply | Trouble:
        """Put a stream together, for as long as it is worth it."""
        caps = [value for name in CAPS if isinstance(value := body.get(name), int)]
        answer, chunks = StreamedAnswer(min(caps, default=_NO_LIMIT)), response.aiter_bytes()
        idle = _Patience(self._options.idle_seconds, "idle_seconds")
        try:
            while not answer.done and answer.error is None and not answer.runaway:
                async with (idle if answer.begun else first).timeout():
                    chunk = await anext(chunks, b"")
                if not chunk:
                    break
                answer.feed(chunk)
                if answer.size > self._options.answer_max_bytes:
                    raise _TooLargeError
        except TimeoutError:
            if not idle.expired:
                raise
            words = f"nothing more within {idle.expired}, after {answer.size} characters"
            return Trouble(kind=TroubleKind.TIMEOUT, detail=words, paid=True)
        answer.close()
        return read_stream(answer, _lower(response.headers), now=time.time())

    def _clean(self, result: Reply | Trouble) -> Reply | Trouble:
        """Take the keys out of what an endpoint says about a failure; what it answers is cleaned when it is kept."""
        if isinstance(result, Reply):
            return result
        return replace(result, detail=redact(result.detail, self._secrets))


def _smaller(sent: Mapping[str, JSON], refusal: Trouble) -> int | None:
    """Return a cap that the endpoint may take in place of the one that was too large; None if that was not it.

    Where it names no figure, half as much is tried.
    """
    caps = [value for name in CAPS if isinstance(value := sent.get(name), int)]
    if refusal.parameter not in CAPS or not caps:
        return None
    named = named_cap(refusal.detail, caps[0])
    if named is None and refusal.kind is TroubleKind.PARAMETER and is_too_large(refusal.detail):
        named = caps[0] // 2
    return named if named is not None and named >= _ANSWER_LEAST else None


def _transport(options: OpenAISettings, spec: EndpointSpec) -> httpx2.AsyncClient:
    """Return the way to an endpoint: aiohttp, to this address and no other."""
    proxy = worded(spec.proxy or options.proxy or "")
    return openai.DefaultAioHttpClient(
        follow_redirects=False,
        trust_env=False,
        verify=_authorities(options.ca_file, spec.ca_file),
        proxy=proxy or None,
        limits=httpx2.Limits(max_connections=options.limits(spec).slots, keepalive_expiry=_KEEP_SECONDS),
        timeout=httpx2.Timeout(None, connect=options.connect_seconds, pool=options.connect_seconds),
        event_hooks={"response": [_take_refusals]},
    )


def _client(options: OpenAISettings, spec: EndpointSpec, key: str, http: httpx2.AsyncClient) -> openai.AsyncOpenAI:
    """Return the library's client with everything off that it would do of its own accord."""
    headers, query = ({**getattr(options, name), **getattr(spec, name)} for name in ("headers", "query"))
    client = openai.AsyncOpenAI(
        api_key=key or "none",
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        base_url=spec.base_url,
        max_retries=0,
        timeout=httpx2.Timeout(None, connect=options.connect_seconds, pool=options.connect_seconds),
        default_headers={"Accept-Encoding": "identity", **{name: worded(value) for name, value in headers.items()}},
        default_query={name: worded(value) for name, value in query.items()} or None,
        http_client=http,
    )
    # An empty text keeps the library from reading the environment; None keeps it from sending the header.
    client.organization = client.project = None
    return client


@cache
def _well_known() -> ssl.SSLContext:
    """Return the authorities that all endpoints share: to read them takes 20 ms."""
    return httpx2.create_ssl_context(trust_env=False)


def _authorities(*files: str | None) -> ssl.SSLContext:
    """Return what may vouch for an endpoint: the well-known authorities, and those of the files."""
    named = [file for file in files if file is not None]
    if not named:
        return _well_known()
    context = httpx2.create_ssl_context(trust_env=False)
    for file in named:
        try:
            context.load_verify_locations(cafile=file)
        except (ssl.SSLError, OSError) as error:
            raise EvoError(f"ca_file: expected certificates in PEM form; got {file} ({error})") from error
    return context


async def _take_refusals(response: httpx2.Response) -> None:
    if response.status_code == 200:  # noqa: PLR2004 - the one status that carries an answer
        return
    try:
        body = await _capped(response, _ERROR_MAX_BYTES)
    except _TooLargeError:
        body = b""
    raise _RefusedError(response.status_code, _lower(response.headers), body)


async def _capped(response: httpx2.Response, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > most:
            raise _TooLargeError
        chunks.append(chunk)
    return b"".join(chunks)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _lost(error: BaseException) -> Trouble:
    """Name a failure of the connection: never made, so nothing was asked, or lost on the way."""
    chain = list(_causes(error))
    words = next((str(each) for each in reversed(chain) if str(each)), type(error).__name__)
    if any(isinstance(each, aiohttp.ClientHttpProxyError) and each.status == _WANTS_LOGIN for each in chain):
        return Trouble(kind=TroubleKind.PROXY_REFUSED, detail=words)
    never = (
        *(aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError),
        aiohttp.InvalidURL,
    )
    if any(isinstance(each, never) for each in chain):
        return Trouble(kind=TroubleKind.UNREACHABLE, detail=words)
    return Trouble(kind=TroubleKind.RESET, detail=words, paid=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
