"""One address that speaks chat completions: what is asked, within which deadlines, and what came of it."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp

from evo.llm import embeddings
from evo.llm.openai.messages import cache_key, chat_messages
from evo.llm.openai.quirks import STREAMS, THINKS, Quirks
from evo.llm.openai.refusals import CAPS, depends_on_prompt, is_too_large, named_cap
from evo.llm.openai.responses import Reply, read, read_stream
from evo.llm.openai.stream import StreamedAnswer
from evo.llm.openai.transport import LostError, RefusedError, TooLargeError, Transport, capped, lower, piece
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
_FILE_MAX_BYTES = 256 * 1024 * 1024
_FORMS_MAX = 16
"""Most forms in which one request is sent before its refusal stands."""
_NO_LIMIT = 2**31
_SWALLOWED = frozenset({TroubleKind.GATEWAY, TroubleKind.RESET})
_LONG_SECONDS = 20.0
"""A call that is lost after so long was lost for its length."""
_WANTS_LOGIN = 407
_ANSWER_LEAST = 16
"""Fewer tokens than these are no room for an answer."""


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
        self._transport = Transport(options, spec, key)

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
                    return await capped(response, _FILE_MAX_BYTES)
                finally:
                    response.release()
        except TimeoutError:
            found = Trouble(kind=TroubleKind.TIMEOUT, detail="nothing whole within total_seconds", paid=True)
        except TooLargeError:
            found = Trouble(kind=TroubleKind.TOO_LARGE, detail=f"a file of more than {_FILE_MAX_BYTES} bytes")
        except RefusedError as refused:
            told = read(refused.status, refused.headers, refused.body, now=time.time(), seconds=clock() - started)
            found = told if isinstance(told, Trouble) else Trouble(kind=TroubleKind.REJECTED, detail=told.text)
        except LostError as error:
            found = _lost(error)
        return replace(found, detail=redact(found.detail, self._secrets))

    async def _sent(
        self, method: str, path: str, body: dict[str, JSON] | None, file: bytes | None
    ) -> aiohttp.ClientResponse:
        if method == "GET":
            return await self._transport.get(path)
        return await (self._transport.post(path, body) if file is None else self._transport.upload(path, file))

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

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
                    response = await self._transport.post(path, body)
                try:
                    result = await self._read(response, body, path, first)
                finally:
                    response.release()
        except TimeoutError:
            limit = first.expired or "total_seconds"
            result = Trouble(kind=TroubleKind.TIMEOUT, detail=f"nothing whole within {limit}", paid=True)
        except TooLargeError:
            words = f"the response is longer than answer_max_bytes = {options.answer_max_bytes}"
            result = Trouble(kind=TroubleKind.TOO_LARGE, detail=words, paid=True)
        except RefusedError as refused:
            result = read(refused.status, refused.headers, refused.body, now=time.time(), seconds=clock() - started)
        except LostError as error:
            result = _lost(error)
        self.reached = self.reached or not (isinstance(result, Trouble) and result.kind is TroubleKind.UNREACHABLE)
        if isinstance(result, Trouble) and result.kind in _SWALLOWED and clock() - started >= _LONG_SECONDS:
            # Somebody on the way has less patience than the model takes time: pieces keep the way open.
            self._quirks.note(STREAMS)
        return self._clean(result)

    async def _read(
        self, response: aiohttp.ClientResponse, body: dict[str, JSON], path: str, first: _Patience
    ) -> Reply | Trouble:
        headers = lower(response.headers)
        if path == _PATH and headers.get("content-type", "").startswith("text/event-stream"):
            return await self._streamed(response, body, first)
        data = await capped(response, self._options.answer_max_bytes)
        reader = read if path == _PATH else embeddings.read
        return reader(response.status, headers, data, now=time.time())

    async def _streamed(
        self, response: aiohttp.ClientResponse, body: dict[str, JSON], first: _Patience
    ) -> Reply | Trouble:
        """Put a stream together, for as long as it is worth it."""
        caps = [value for name in CAPS if isinstance(value := body.get(name), int)]
        answer = StreamedAnswer(min(caps, default=_NO_LIMIT))
        idle = _Patience(self._options.idle_seconds, "idle_seconds")
        try:
            while not answer.done and answer.error is None and not answer.runaway:
                async with (idle if answer.begun else first).timeout():
                    chunk = await piece(response)
                if not chunk:
                    break
                answer.feed(chunk)
                if answer.size > self._options.answer_max_bytes:
                    raise TooLargeError
        except TimeoutError:
            if not idle.expired:
                raise
            words = f"nothing more within {idle.expired}, after {answer.size} characters"
            return Trouble(kind=TroubleKind.TIMEOUT, detail=words, paid=True)
        answer.close()
        return read_stream(answer, lower(response.headers), now=time.time())

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
