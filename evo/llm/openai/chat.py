"""A model behind chat completions: the `openai` client over aiohttp, its own retries off, its raw response path.

Nothing but the addresses in the config is contacted: redirects are not followed, and neither proxies nor keys nor
headers are taken from variables that the config does not name.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import aiohttp
import httpx2
import openai

from evo.llm import embeddings
from evo.llm.model import ModelFacts
from evo.llm.openai.quirks import THINKS, Quirks
from evo.llm.openai.refusals import CAPS, depends_on_prompt, is_too_large, named_cap
from evo.llm.openai.responses import Reply, read
from evo.llm.prices import Spend, estimated_tokens, worst_prompt_tokens, worst_spend
from evo.llm.retry import Persistence
from evo.llm.trial import Trial
from evo.llm.trouble import Trouble, TroubleKind
from evo.records import Completion, Finish
from evo.text import normalise_detail, redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evo.canonical import JSON
    from evo.llm.budget import Ledger
    from evo.llm.model import LLMContext
    from evo.llm.openai.settings import EndpointSpec, OpenAISettings
    from evo.llm.prices import Prices
    from evo.llm.rate_limits import RateGate
    from evo.records import Request

_PATH = "/chat/completions"
# Asks the client for the response itself, its body unread; nothing of it is parsed by the client.
_UNREAD: Mapping[str, str | openai.Omit] = {"X-Stainless-Raw-Response": "stream"}
_ERROR_MAX_BYTES = 64 * 1024
_KEEP_SECONDS = 15.0
_FORMS_MAX = 16
"""Most forms in which one request is sent before its refusal stands."""
_NO_LIMIT = 2**31
_ANSWER_LEAST = 16
"""Fewer tokens than these are no room for an answer."""


class _RefusedError(Exception):
    """A response that carries no answer, taken out of the client's hands before it reads it without a limit."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
        super().__init__(status)


class _TooLargeError(Exception):
    """A body passed its limit while it was read."""


class OpenAIClient:
    """The client of an `OpenAI` model."""

    def __init__(self, options: OpenAISettings, context: LLMContext) -> None:
        self._options, self._ledger = options, context.ledger
        self._quirks = Quirks((*options.refuses, *context.quirks), context.learnt)
        self._secrets = ModelFacts(secrets=options.keys).secrets
        self._endpoints = [
            _Endpoint(
                options,
                each,
                context.gates.gate(each.base_url, options.key_name(each), options.limits(each)),
                self._quirks,
                self._secrets,
                bounded=context.ledger.bounded,
            )
            for each in options.addresses
        ]
        self._persistence = Persistence(
            role=context.role,
            model=options.model,
            endpoints=self._endpoints,
            retry=options.retry,
            park=options.park,
        )

    @property
    def parked(self) -> bool:
        """Whether the model is left alone for now."""
        return self._persistence.parked

    @property
    def refused(self) -> tuple[str, ...]:
        """The parameters that the model has refused so far."""
        return self._quirks.refused

    @property
    def thinks(self) -> bool:
        """Whether the model thinks before it answers, by its options or as it was seen to do."""
        return self._options.thinks or self._quirks.knows(THINKS)

    def worst(self, request: Request) -> Spend:
        """Return the most that one try can cost: every byte of the prompt a token, and the longest answer."""
        return worst_spend(request.capped(self._options.cap(request, thinks=self.thinks)), self._options.prices, None)

    async def complete(self, request: Request) -> Completion:
        """Ask until there is an answer, or no point in asking.

        A model that turns out to think, and was cut off where others end, is asked again with room for it.

        Raises:
            LLMError: the model cannot be asked at all.
        """
        bill = _Bill(self, self._ledger, self._options.prices)
        result = await self._asked(request, bill)
        if isinstance(result, Reply) and result.thinks and not self.thinks:
            short = result.finish is Finish.LENGTH and self._options.max_tokens is None
            self._quirks.note(THINKS)
            if short and request.asked_tokens is None and self._afford_another(request, result, bill):
                result = await self._asked(request, bill)
        if isinstance(result, Reply):
            return self._completion(request, result, bill)
        return Completion(
            text="",
            finish=Finish.ERROR,
            model=self._options.model,
            prompt_tokens=bill.prompt_tokens,
            completion_tokens=bill.completion_tokens,
            cost_usd=bill.usd,
            detail=normalise_detail(result.text),
            estimated=bill.guessed,
        )

    def _afford_another(self, request: Request, reply: Reply, bill: _Bill) -> bool:
        """Pay for an answer that is asked for again, if the budget has room for another."""
        prompt, completion, guessed = self._usage(request, reply)
        usd = self._options.prices.usd(prompt, completion, reply.cached_tokens) if self._options.prices else 0.0
        room = self._ledger.extend(request, self.worst(request), lost=Spend(usd=usd, tokens=prompt + completion))
        if room:
            bill.add(prompt, completion, guessed=guessed, cached=reply.cached_tokens)
        return room

    async def _asked(self, request: Request, bill: _Bill) -> Reply | Trouble:
        return await self._persistence.ask(request, tokens=self.worst(request).tokens, purse=bill)

    def _completion(self, request: Request, reply: Reply, bill: _Bill) -> Completion:
        prompt, completion, guessed = self._usage(request, reply)
        bill.add(prompt, completion, guessed=guessed, cached=reply.cached_tokens)
        return Completion(
            text=redact(reply.text, self._secrets),
            finish=reply.finish,
            model=redact(reply.model, self._secrets) or self._options.model,
            prompt_tokens=bill.prompt_tokens,
            completion_tokens=bill.completion_tokens,
            cost_usd=bill.usd,
            cached_tokens=min(reply.cached_tokens, prompt),
            reasoning_tokens=min(reply.reasoning_tokens, completion),
            estimated=bill.guessed,
        )

    def _usage(self, request: Request, reply: Reply) -> tuple[int, int, bool]:
        """Return the tokens of prompt and answer, and whether one of them is a guess; what was said is kept."""
        prompt, completion = reply.prompt_tokens, reply.completion_tokens
        if prompt is None:
            prompt = estimated_tokens(request.prompt.system + request.prompt.user)
        if completion is None:
            cut_off = reply.finish is Finish.LENGTH
            # An answer that was cut off has taken all that it was given, whatever of it is to be seen.
            limit = self._options.cap(request, thinks=self.thinks) if cut_off else 0
            completion = max(estimated_tokens(reply.text + reply.reasoning), limit)
        return prompt, completion, None in {reply.prompt_tokens, reply.completion_tokens}

    async def close(self) -> None:
        """Close all connections."""
        for endpoint in self._endpoints:
            await endpoint.close()


class _Bill:
    """What the tries of one request come to; where no one says what a failed one did, the worst case."""

    def __init__(self, client: OpenAIClient, ledger: Ledger, prices: Prices | None) -> None:
        self._client, self._ledger, self._prices = client, ledger, prices
        self.prompt_tokens = self.completion_tokens = 0
        self.usd = 0.0
        self.guessed = False

    def afford(self, request: Request, trouble: Trouble) -> bool:
        prompt, completion = trouble.prompt_tokens, trouble.completion_tokens
        if trouble.paid:
            worst = self._client.worst(request)
            longest = worst.tokens - worst_prompt_tokens(request)
            bound = self._ledger.bound(request, worst)
            prompt, completion = max(prompt, bound.tokens - longest), max(completion, longest)
        if prompt + completion == 0:
            return True
        usd = self.add(prompt, completion, guessed=trouble.paid)
        return self._ledger.extend(request, Spend(usd=usd, tokens=prompt + completion))

    def add(self, prompt: int, completion: int, *, guessed: bool, cached: int = 0) -> float:
        """Add a try; return its price."""
        usd = self._prices.usd(prompt, completion, cached) if self._prices else 0.0
        self.prompt_tokens += prompt
        self.completion_tokens += completion
        self.usd += usd
        self.guessed = self.guessed or guessed
        return usd


class _Endpoint:
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
    ) -> None:
        self._options, self._quirks, self._secrets, self._bounded = options, quirks, secrets, bounded
        self.gate, self.weight, self.reached, self.trial = gate, spec.weight, False, Trial()
        self.where, self.key_name = spec.base_url, options.key_name(spec)
        key = os.environ.get(self.key_name, "") if self.key_name else ""
        self._client = _client(options, spec, key)
        self._headers = _UNREAD if key else {**_UNREAD, "Authorization": openai.Omit()}

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
            elif result.kind is TroubleKind.TOO_LONG or not self._quirks.learn(result.parameter, sent):
                break
            sent = {
                name: min(value, limit) if name in CAPS and isinstance(value, int) else value
                for name, value in self._quirks.fit(body).items()
            }
        if isinstance(result, Reply) and lasting < _NO_LIMIT:
            self._quirks.keeps_within(lasting)
        return result

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _body(self, request: Request) -> dict[str, JSON]:
        options, prompt = self._options, request.prompt
        messages: list[JSON] = [
            # A lone surrogate cannot be sent; its escape can.
            {"role": role, "content": text.encode("utf-8", "backslashreplace").decode()}
            for role, text in (("system", prompt.system), ("user", prompt.user))
            if text
        ]
        body: dict[str, JSON] = {
            "model": options.model,
            "messages": messages,
            "max_tokens": options.cap(request, thinks=options.thinks or self._quirks.knows(THINKS)),
            "seed": request.seed,
        }
        temperature = options.temperature if request.temperature is None else request.temperature
        optional: dict[str, JSON] = {
            "temperature": temperature,
            "top_p": options.top_p,
            "reasoning_effort": options.reasoning_effort,
        }
        return body | {name: value for name, value in optional.items() if value is not None}

    async def _call(self, body: dict[str, JSON], path: str = _PATH) -> Reply | Trouble:
        """Send one request within all its deadlines and read what comes back."""
        options, started = self._options, asyncio.get_running_loop().time()
        total, first = asyncio.timeout(options.total_seconds), asyncio.timeout(options.first_byte_seconds)
        try:
            async with total:
                async with first:
                    response = await self._client.post(
                        path, cast_to=httpx2.Response, body=body, options={"headers": self._headers}
                    )
                try:
                    data = await _capped(response, options.answer_max_bytes)
                finally:
                    await response.aclose()
            reader = read if path == _PATH else embeddings.read
            result = reader(response.status_code, _lower(response.headers), data, now=time.time())
        except TimeoutError:
            limit = "first_byte_seconds" if first.expired() and not total.expired() else "total_seconds"
            result = Trouble(kind=TroubleKind.TIMEOUT, detail=f"nothing whole within {limit}", paid=True)
        except _TooLargeError:
            words = f"the response is longer than answer_max_bytes = {options.answer_max_bytes}"
            result = Trouble(kind=TroubleKind.TOO_LARGE, detail=words, paid=True)
        except _RefusedError as refused:
            seconds = asyncio.get_running_loop().time() - started
            result = read(refused.status, refused.headers, refused.body, now=time.time(), seconds=seconds)
        except (openai.APIConnectionError, httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            result = _lost(error)
        self.reached = self.reached or not (isinstance(result, Trouble) and result.kind is TroubleKind.UNREACHABLE)
        return self._clean(result)

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


def _client(options: OpenAISettings, spec: EndpointSpec, key: str) -> openai.AsyncOpenAI:
    """Return the library's client with everything off that it would do of its own accord."""
    http = openai.DefaultAioHttpClient(
        follow_redirects=False,
        trust_env=False,
        limits=httpx2.Limits(max_connections=options.limits(spec).slots, keepalive_expiry=_KEEP_SECONDS),
        timeout=httpx2.Timeout(None, connect=options.connect_seconds, pool=options.connect_seconds),
        event_hooks={"response": [_take_refusals]},
    )
    client = openai.AsyncOpenAI(
        api_key=key or "none",
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        base_url=spec.base_url,
        max_retries=0,
        timeout=httpx2.Timeout(None, connect=options.connect_seconds, pool=options.connect_seconds),
        default_headers={"Accept-Encoding": "identity"},
        http_client=http,
    )
    # An empty text keeps the library from reading the environment; None keeps it from sending the header.
    client.organization = client.project = None
    return client


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
    never = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
    if any(isinstance(each, never) for each in chain):
        return Trouble(kind=TroubleKind.UNREACHABLE, detail=words)
    return Trouble(kind=TroubleKind.RESET, detail=words, paid=True)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
