"""The server: chat completions, models and usage, answered by any client of this room.

It listens on loopback alone. Answers are functions of the request, so what a run gets does not depend on the order
of its calls; faults and latencies are drawn from the request and from how often the same was asked before.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from aiohttp import web

from evo.canonical import canonical, fingerprint
from evo.errors import EvoError, UsageError, nearest
from evo.llm.mock import stream, vectors
from evo.llm.mock.batches import Batches, check_ends
from evo.llm.mock.dialects import DIALECTS
from evo.llm.mock.faults import (
    ANSWERED,
    BODY,
    OK,
    STATUS,
    STREAM,
    UNCOUNTED,
    Faults,
    hidden_tokens,
    spoilt,
    status_answer,
)
from evo.llm.prices import estimated_tokens
from evo.records import Prompt, Request
from evo.rng import derive
from evo.rng import stream as random_stream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from evo.canonical import JSON
    from evo.llm.model import LLMClient

HOST = "127.0.0.1"
_BODY_MAX_BYTES = 8 * 1024 * 1024
_DRIP_SECONDS = 0.05
_STREAMED_MAX_BYTES = 1_000_000
_SEEDS = 2**63
_CACHED_MIN = 1024
"""Tokens: a shorter prefix is not cached, as providers have it."""

_LATENCY = re.compile(r"(?:(?P<shape>constant|uniform|lognormal):)?(?P<seconds>[\d.]*\d)(?::(?P<spread>[\d.]*\d))?")
Shape: TypeAlias = Literal["constant", "uniform", "lognormal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long an answer takes.

    Attributes:
        seconds: the median.
        spread: uniform: the most above and below it, in seconds; lognormal: its sigma; constant: of no effect.
    """

    shape: Shape = "constant"
    seconds: float = 0.0
    spread: float = 0.0

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            EvoError: one is negative or not finite.
        """
        if not all(math.isfinite(value) and value >= 0 for value in (self.seconds, self.spread)):
            raise EvoError(f"latency: expected finite numbers, 0 or more; got {self.seconds} and {self.spread}")

    @classmethod
    def parse(cls, text: str) -> Latency:
        """Read "1", "uniform:1:0.5" or "lognormal:10:0.6".

        Raises:
            UsageError: it is none of these.
        """
        found = _LATENCY.fullmatch(text)
        if not found:
            raise UsageError(
                f"latency {text!r}: expected SECONDS, uniform:SECONDS:PLUS_MINUS or lognormal:MEDIAN:SIGMA"
            )
        shape = cast("Shape", found["shape"] or "constant")
        return cls(shape=shape, seconds=float(found["seconds"]), spread=float(found["spread"] or 0))

    def draw(self, key: str, visit: int) -> float:
        """Return the seconds that one call takes."""
        random = random_stream(0, "latency", key, visit)
        match self.shape:
            case "constant":
                return self.seconds
            case "uniform":
                return max(0.0, self.seconds + self.spread * random.uniform(-1, 1))
            case "lognormal":
                return self.seconds * math.exp(random.gauss(0, self.spread))


@dataclass(slots=True, kw_only=True)
class ServerTally:
    """What the server has done so far: `GET /v1/usage`."""

    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter[str])
    statuses: Counter[int] = field(default_factory=Counter[int])
    prompt_tokens: int = 0
    completion_tokens: int = 0
    pictures: int = 0
    cached_tokens: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    busy_seconds: float = 0.0
    first: float = 0.0
    last: float = 0.0

    def report(self) -> dict[str, JSON]:
        """Return it as plain data; times are in seconds, `span_seconds` from the first call to the last answer."""
        return {
            "requests": self.requests,
            "faults": dict(self.faults),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "pictures": self.pictures,
            "cached_tokens": self.cached_tokens,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "busy_seconds": round(self.busy_seconds, 6),
            "span_seconds": round(self.last - self.first, 6),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MockServer:
    """What to serve.

    Attributes:
        client: says what the model says.
        model: the name that `/v1/models` lists; any name is answered.
        key: the key that has to come with every call; "" takes any and none.
        refuses: parameters that are turned away with a 400, as some models do.
        most_tokens: the longest answer that may be asked for; None for any.
        dialect: the kind of server that it speaks like, one of `DIALECTS`.
        batches: what the first batches come to, some of `mock.batches.ENDS`; later ones are answered.
        batch_seconds: how long a batch takes.
    """

    client: LLMClient
    model: str = "mock"
    key: str = ""
    latency: Latency = field(default_factory=Latency)
    faults: Faults = field(default_factory=Faults)
    refuses: tuple[str, ...] = ()
    most_tokens: int | None = None
    dialect: str = "openai"
    batches: tuple[str, ...] = ()
    batch_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Check the names.

        Raises:
            EvoError: a dialect that is not spoken here, or an end that no batch comes to.
        """
        check_ends(self.batches)
        if self.dialect not in DIALECTS:
            known = ", ".join(DIALECTS)
            raise EvoError(f"dialect {self.dialect!r}: expected one of {known}{nearest(self.dialect, DIALECTS)}")


@asynccontextmanager
async def serving(server: MockServer, port: int = 0) -> AsyncGenerator[str]:
    """Serve on loopback; yield the base url, with the port that was free when `port` is 0.

    Raises:
        EvoError: the port is taken.
    """
    runner = web.AppRunner(_Service(server).application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, port, reuse_address=True)
        try:
            await site.start()
        except OSError as error:
            raise EvoError(f"port {port} on {HOST} cannot be used ({error.strerror}); choose another, or 0") from error
        yield f"http://{HOST}:{cast('tuple[str, int]', runner.addresses[0])[1]}{DIALECTS[server.dialect].prefix}"
    finally:
        await runner.cleanup()
        await server.client.close()


async def serve(server: MockServer, port: int, ready: Callable[[str], None]) -> None:
    """Serve until cancelled; `ready` gets the base url once calls are taken."""
    async with serving(server, port) as url:
        ready(url)
        await asyncio.Event().wait()


class _Service:
    """The routes of one server."""

    def __init__(self, server: MockServer) -> None:
        self._server, self._dialect = server, DIALECTS[server.dialect]
        self._tally = ServerTally()
        self._visits: Counter[str] = Counter()
        self._systems: set[str] = set()
        self._batches = Batches(self._line, self._turned_away, server.batches, server.batch_seconds)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=_BODY_MAX_BYTES)
        prefix = self._dialect.prefix
        app.router.add_post(f"{prefix}/chat/completions", self._chat)
        app.router.add_post(f"{prefix}/embeddings", self._embeddings)
        app.router.add_get(f"{prefix}/models", self._models)
        app.router.add_get(f"{prefix}/usage", self._usage)
        app.router.add_routes(self._batches.routes(prefix))
        return app

    async def _models(self, _: web.Request) -> web.Response:
        model = {"id": self._server.model, "object": "model", "created": 0, "owned_by": "evo"}
        return web.json_response({"object": "list", "data": [model]})

    async def _usage(self, _: web.Request) -> web.Response:
        return web.json_response({**self._tally.report(), "batches": self._batches.made})

    async def _embeddings(self, http: web.Request) -> web.Response:
        if (refused := self._turned_away(http)) is not None:
            return refused
        try:
            found = vectors.answer(cast("JSON", await http.json()), self._server.model)
        except (ValueError, RecursionError):
            found = None
        if found is None:
            return self._rejected("expected an object with model and input, a text or a list of texts")
        self._tally.prompt_tokens += found[1]
        return web.json_response(found[0])

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        tally, started = self._tally, time.monotonic()
        number = tally.requests
        tally.first = tally.first or started
        tally.requests += 1
        tally.in_flight += 1
        tally.most_in_flight = max(tally.most_in_flight, tally.in_flight)
        try:
            response = await self._answered(http, number)
        finally:
            tally.in_flight -= 1
            tally.last = time.monotonic()
            tally.busy_seconds += tally.last - started
        tally.statuses[response.status] += 1
        return response

    async def _answered(self, http: web.Request, number: int) -> web.StreamResponse:
        server = self._server
        if (refused := self._turned_away(http)) is not None:
            return refused
        try:
            body = cast("JSON", await http.json())
        except (ValueError, RecursionError):
            body = None
        asked = self._understood(body)
        if isinstance(asked, tuple):
            return self._rejected(*asked)
        assert isinstance(body, dict)  # noqa: S101 - what is understood is one
        fault, name, visit = self._drawn_fault(asked, number)
        if visit and not _seeded(body):  # a client that sends no seed wants another answer, as from a model
            asked = replace(asked, seed=derive(asked.seed, "again", visit))
        if (seconds := server.latency.draw(name, visit)) > 0:
            await asyncio.sleep(seconds)
        if fault in ANSWERED:
            await self._answer(asked, body)
        if fault in STATUS:
            return self._status(fault, http)
        return await self._failing(http, fault, asked, body)

    def _understood(self, body: JSON) -> Request | tuple[str, str]:
        """Return what a body asks, or what is wrong with it and with which parameter."""
        server, asked = self._server, _asked(body)
        if isinstance(asked, str) or not isinstance(body, dict):
            return asked if isinstance(asked, str) else "expected an object", ""
        for name in server.refuses:
            if name in body:
                return f"Unsupported parameter: '{name}' is not supported with this model.", name
        if server.most_tokens is not None and asked.max_tokens > server.most_tokens:
            words = f"This model supports at most {server.most_tokens} completion tokens, you asked for"
            return f"max_tokens is too large: {asked.max_tokens}. {words} {asked.max_tokens}.", "max_tokens"
        return asked

    def _drawn_fault(self, asked: Request, number: int) -> tuple[str, str, int]:
        """Return the fault of a call, the name of what it asks, and how often that was asked before."""
        faults = self._server.faults
        name = fingerprint(canonical([asked.prompt.system, asked.prompt.user, asked.seed]))
        visit = self._visits[name]
        self._visits[name] += 1
        fault = faults.sequence[number] if number < len(faults.sequence) else faults.draw(name, visit)
        self._tally.faults[fault] += 1
        return fault, name, visit

    async def _line(self, body: JSON) -> tuple[int, JSON]:
        """Answer a line of a batch, with the faults that a line can have: a status, or a wrong answer."""
        number = self._tally.requests
        self._tally.requests += 1
        asked = self._understood(body)
        if isinstance(asked, tuple):
            return 400, self._dialect.error(400, "unsupported_parameter", *asked)
        assert isinstance(body, dict)  # noqa: S101 - what is understood is one
        fault, _, _ = self._drawn_fault(asked, number)
        if fault in STATUS:
            status, _, data = status_answer(fault, self._server.faults, "", self._dialect.error)
            return status, _json_or_text(data)
        answer, used = await self._answer(asked, body, counted=fault not in UNCOUNTED)
        room = max(0, asked.max_tokens - used)
        self._tally.completion_tokens += hidden_tokens(fault, room)
        return 200, _json_or_text(spoilt(fault, answer, room)[1]) if fault in BODY else answer

    def _turned_away(self, http: web.Request) -> web.Response | None:
        """Return what is said to a call without the key, or without what every address has to bring."""
        if (name := self._dialect.query) and not http.query.get(name):
            return web.json_response(self._dialect.error(404, "404", f"Nothing is here without {name}"), status=404)
        expected = self._server.key
        return self._status("unauthorized", http) if expected and self._key(http) != expected else None

    def _key(self, http: web.Request) -> str:
        return http.headers.get(self._dialect.key_header, "").removeprefix("Bearer ")

    def _status(self, name: str, http: web.Request) -> web.Response:
        status, headers, data = status_answer(name, self._server.faults, self._key(http), self._dialect.error)
        return web.Response(status=status, headers=headers, body=data)

    def _rejected(self, words: str, parameter: str = "") -> web.Response:
        code = "unsupported_parameter" if parameter else "invalid_request_error"
        return web.json_response(self._dialect.error(400, code, words, parameter), status=400)

    async def _failing(
        self, http: web.Request, fault: str, asked: Request, body: dict[str, JSON]
    ) -> web.StreamResponse:
        match fault:
            case "hang":
                await asyncio.sleep(3600)
            case "reset_early":
                _abort(http)
            case _:
                pass
        answer, used = await self._answer(asked, body, counted=fault not in UNCOUNTED)
        room = max(0, asked.max_tokens - used)
        self._tally.completion_tokens += hidden_tokens(fault, room)
        options = body.get("stream_options")
        usage = isinstance(options, dict) and options.get("include_usage") is True
        if fault == "sse" or (body.get("stream") is True and fault in {OK, "reset", *STREAM}):
            return await stream.send(http, fault, answer, usage=usage or fault == "sse")
        if fault == OK or fault in STREAM:
            return web.json_response(answer)
        if fault in {"reset", "drip"}:
            return await _wire(http, json.dumps(answer).encode(), drip=fault == "drip")
        kind, data = spoilt(fault, answer, room)
        if body.get("stream") is True and (changed := _told_in_pieces(kind, data)):
            return await stream.send(http, fault, changed, usage=usage)
        return web.Response(body=data, content_type=kind)

    async def _answer(
        self, asked: Request, body: dict[str, JSON], *, counted: bool = True
    ) -> tuple[dict[str, JSON], int]:
        """Return the right answer, and its tokens."""
        completion = await self._server.client.complete(asked)
        prompt = completion.prompt_tokens or estimated_tokens(asked.prompt.system + asked.prompt.user)
        text, answer = completion.text, completion.completion_tokens or estimated_tokens(completion.text)
        if cut_off := answer > asked.max_tokens:
            text, answer = text[: 4 * asked.max_tokens], asked.max_tokens
        cached = completion.cached_tokens or min(prompt, self._cached(asked, body))
        if counted:
            self._tally.prompt_tokens += prompt
            self._tally.cached_tokens += cached
            self._tally.completion_tokens += answer
        self._tally.pictures += len(asked.prompt.pictures)
        whole: dict[str, JSON] = {
            "id": f"chatcmpl-{asked.hash[:12]}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": str(body.get("model", self._server.model)),
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "length" if cut_off else "stop",
                }
            ],
            "usage": {
                "prompt_tokens": prompt,
                "completion_tokens": answer,
                "total_tokens": prompt + answer,
                "prompt_tokens_details": {"cached_tokens": cached},
                "completion_tokens_details": {"reasoning_tokens": completion.reasoning_tokens},
            },
        }
        return self._dialect.dress(whole), answer

    def _cached(self, asked: Request, body: dict[str, JSON]) -> int:
        """Return how much of a prompt was cached: its system text, if it came before and who asks has it cached."""
        wanted = "prompt_cache_key" in body or '"cache_control"' in json.dumps(body["messages"])
        tokens, before = estimated_tokens(asked.prompt.system), asked.prompt.system in self._systems
        self._systems.add(asked.prompt.system)
        return tokens if wanted and before and tokens >= _CACHED_MIN else 0


def _seeded(body: dict[str, JSON]) -> bool:
    """Tell whether a call says with which seed it is to be answered."""
    seed = body.get("seed")
    return type(seed) is int and 0 <= seed < _SEEDS


def _asked(body: JSON) -> Request | str:
    """Return what a body asks as a request, or what is wrong with it."""
    if not isinstance(body, dict) or not isinstance(messages := body.get("messages"), list) or not messages:
        return "expected an object with model and messages"
    texts: dict[str, list[str]] = {"system": [], "user": []}
    pictures: list[str] = []
    for message in messages:
        role, content = (message.get("role"), message.get("content")) if isinstance(message, dict) else (None, None)
        if isinstance(content, list):
            pictures += [fingerprint(canonical(part)) for part in content if _is_picture(part)]
            content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
        if not isinstance(role, str) or not isinstance(content, str):
            return "expected every message to have a role and a content"
        texts["system" if role in {"system", "developer"} else "user"].append(content)
    prompt = Prompt(system="\n".join(texts["system"]), user="\n".join(texts["user"]), pictures=tuple(pictures))
    most = body.get("max_completion_tokens", body.get("max_tokens"))
    if type(most) is not int or most < 1:
        most = 8192
    seed = body.get("seed")
    if not _seeded(body) or type(seed) is not int:
        seed = derive(0, "mock", fingerprint(canonical([prompt.system, prompt.user])))
    subject = fingerprint(canonical([prompt.system, prompt.user, seed]))
    return Request(purpose="mock", subject=subject, prompt=prompt, seed=seed, llm="mock", max_tokens=most)


def _told_in_pieces(kind: str, data: bytes) -> dict[str, JSON] | None:
    """Return a spoilt answer that can be streamed as well; None for what is no JSON object."""
    try:
        value = cast("JSON", json.loads(data)) if kind == "application/json" else None
    except ValueError:
        value = None
    return value if isinstance(value, dict) and len(data) < _STREAMED_MAX_BYTES else None


def _json_or_text(data: bytes) -> JSON:
    """Return the body of a line: an object, or the text of what is none."""
    try:
        return cast("JSON", json.loads(data))
    except ValueError:
        return data.decode("utf-8", "replace")


def _is_picture(part: JSON) -> bool:
    return isinstance(part, dict) and part.get("type") == "image_url"


def _abort(http: web.Request) -> None:
    if http.transport is not None:
        http.transport.abort()


async def _wire(http: web.Request, data: bytes, *, drip: bool) -> web.StreamResponse:
    """Send the head of an answer and then fail it: cut off half-way, or a byte at a time."""
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(data))})
    await response.prepare(http)
    if not drip:
        await response.write(data[: len(data) // 2])
        _abort(http)
        return response
    for at in range(len(data)):
        await response.write(data[at : at + 1])
        await asyncio.sleep(_DRIP_SECONDS)
    return response
