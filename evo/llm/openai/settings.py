"""What can be set about a model behind chat completions: its endpoints, prices, limits and patience."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from evo.errors import EvoError, LLMError
from evo.llm.embeddings import EMBEDDING
from evo.llm.model import Thinking  # noqa: TC001 - the annotations are read when a config is checked
from evo.llm.openai.dialect import (
    Worded,
    check_authority,
    check_sent,
    check_there,
    check_variable,
    says_thinking,
    secrets_of,
)
from evo.llm.openai.refusals import PARAMETERS
from evo.llm.prices import Prices, worst_prompt_tokens
from evo.llm.rate_limits import RateLimits
from evo.llm.retry import ParkPolicy, RetryPolicy
from evo.records import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evo.canonical import JSON

DEFAULT_URL = "https://api.openai.com/v1"
SLOTS_MAX = 10_000
ANSWER_TOKENS = 8192
"""Most tokens of an answer where nobody says otherwise."""
THINKING_TOKENS = 32_768
"""The same for a model that thinks first: of 18,147 calls of two such models two thirds took more than the above."""

_BYTES_A_TOKEN = 3
"""Of a prompt, on the safe side; as prompts are measured when they are written."""


def _nothing() -> Mapping[str, Worded]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointSpec:
    """One address of a model; what is left out is as the model says.

    Attributes:
        base_url: up to and with the version, "http://127.0.0.1:8000/v1".
        api_key_env: name of the environment variable that holds the key.
        weight: its share of the calls, relative to the others.
        slots: most calls in flight.
        requests_per_minute, tokens_per_minute: its rate limits.
        headers, query: sent along with every call, beside those of the model: texts, or {env: NAME}.
        ca_file: certificates of the authorities that may vouch for it, beside the well-known ones.
        proxy: an address through which it is asked, or {env: NAME}.
    """

    base_url: str
    api_key_env: str | None = None
    weight: float = 1.0
    slots: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    headers: Mapping[str, Worded] = field(default_factory=_nothing)
    query: Mapping[str, Worded] = field(default_factory=_nothing)
    ca_file: str | None = None
    proxy: Worded | None = None

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            EvoError: an address that is none or holds a password, or a figure out of range.
        """
        check_url(self.base_url)
        check_variable(self.api_key_env)
        check_sent(self.headers, self.query, {}, self.proxy)
        _above_zero(self, "weight", "slots", "requests_per_minute", "tokens_per_minute")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAISettings:
    """A model behind one or more endpoints.

    Attributes:
        model: its name at the endpoints.
        base_url: where it is asked; OpenAI's own when neither this nor `endpoints` is given.
        api_key_env: name of the environment variable that holds the key; without it no key is sent.
        endpoints: several addresses in place of `base_url`.
        prices: usd per million tokens; needed for `budget.usd`, and 0 for a model of your own.
        slots: most calls in flight at each endpoint.
        max_tokens: most tokens of an answer, thoughts included; None for 8192, and 32768 for a model that thinks. A
            request that asks for less keeps its own, except of a model that thinks.
        context_tokens: prompt and answer together, as far as the model can see; prompts are kept within it.
        temperature, top_p, reasoning_effort: sent when given; the last in the endpoint's own words.
        system_prompt: a text of the model's own before that of the run ("/no_think").
        extra_body: further parameters of the endpoint, sent as they stand.
        headers, query: sent along with every call: texts, or {env: NAME}, whose values are secrets.
        ca_file: certificates of the authorities that may vouch for the endpoints, beside the well-known ones.
        proxy: an address through which they are asked, or {env: NAME}.
        stream: "auto" streams what takes long: a model that thinks, an endpoint that wants it, or whose gateway gave
            up. idle_seconds: most time between two pieces of a stream.
        thinking: "aloud" asks for the model's thoughts before each change; "brief" for the change alone, which is
            enough of a model that thinks before it answers.
        cache: how the provider is told of the prefix that all prompts share: "key" sends `prompt_cache_key`, "control"
            marks the end of the system text with `cache_control`; "none" leaves it to the provider.
        images: whether the model sees: it is shown the pictures of the parent and of the best program.
        batch: whether requests go in batch files, all that come together in one; each takes as long as the provider
            likes, up to a day.
        batch_price: what an answer in a batch costs, as a share of the prices; 0.5 at several providers.
        gather_seconds: how long nothing more has to come before a batch is sent. poll_seconds: between two looks at it.
        refuses: parameters that the model is known not to take; others are learnt from its refusals.
        requests_per_minute, tokens_per_minute: rate limits of each endpoint.
        connect_seconds: most time to reach it. first_byte_seconds: most time until it begins to answer, None for no
            limit of its own. total_seconds: most time for one call, whatever happens.
        answer_max_bytes: a longer response is cut off while it is read, and counts as an error.
        retry, park: what to do when it fails.
    """

    model: str
    base_url: str | None = None
    api_key_env: str | None = None
    endpoints: tuple[EndpointSpec, ...] = ()
    prices: Prices | None = None
    slots: int = 64
    max_tokens: int | None = None
    context_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    reasoning_effort: str | None = None
    system_prompt: str | None = None
    extra_body: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    headers: Mapping[str, Worded] = field(default_factory=_nothing)
    query: Mapping[str, Worded] = field(default_factory=_nothing)
    ca_file: str | None = None
    proxy: Worded | None = None
    stream: Literal["auto"] | bool = "auto"
    idle_seconds: float = 120.0
    thinking: Thinking = "aloud"
    images: bool = False
    cache: Literal["none", "key", "control"] = "none"
    batch: bool = False
    batch_price: float = 1.0
    gather_seconds: float = 5.0
    poll_seconds: float = 30.0
    refuses: tuple[str, ...] = ()
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    connect_seconds: float = 10.0
    first_byte_seconds: float | None = None
    total_seconds: float = 600.0
    answer_max_bytes: int = 2_000_000
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    park: ParkPolicy = field(default_factory=ParkPolicy)

    def __post_init__(self) -> None:
        """Check what can be checked without a network.

        Raises:
            EvoError: a value out of range, or both `base_url` and `endpoints`.
        """
        if not self.model:
            raise EvoError("model: expected the model's name; got an empty text")
        if self.base_url is not None:
            check_url(self.base_url)
        check_variable(self.api_key_env)
        check_sent(self.headers, self.query, self.extra_body, self.proxy)
        if self.reasoning_effort is not None and not self.reasoning_effort.strip():
            raise EvoError("reasoning_effort: expected the endpoint's word for it; got an empty text")
        if self.base_url is not None and self.endpoints:
            raise EvoError("endpoints: expected either base_url or endpoints; got both")
        for name in self.refuses:
            if name not in PARAMETERS:
                raise EvoError(f"refuses: expected some of {', '.join(PARAMETERS)}; got {name!r}")
        _above_zero(self, "slots", "max_tokens", "connect_seconds", "first_byte_seconds", "total_seconds")
        if self.context_tokens is not None and self.context_tokens <= self.room_tokens:
            words = f"expected more than max_tokens = {self.room_tokens}, which the answer takes"
            raise EvoError(f"context_tokens: {words}; got {self.context_tokens}")
        _above_zero(self, "answer_max_bytes", "requests_per_minute", "tokens_per_minute", "idle_seconds")
        _above_zero(self, "gather_seconds", "poll_seconds")
        self._check_batch()
        for name, value, most in (("temperature", self.temperature, 2.0), ("top_p", self.top_p, 1.0)):
            if value is not None and not 0 <= value <= most:
                raise EvoError(f"{name}: expected a number in [0, {most:g}]; got {value}")

    def _check_batch(self) -> None:
        if not 0 < self.batch_price <= 1:
            raise EvoError(f"batch_price: expected a share of the prices in (0, 1]; got {self.batch_price}")
        if not self.batch:
            return
        if len(self.endpoints) > 1:
            raise EvoError("batch: expected one endpoint, which keeps the batches; got several")
        if self.stream is True:
            raise EvoError("stream: a batch cannot be streamed; leave it out")

    @property
    def charged(self) -> Prices | None:
        """What tokens cost: the prices, or the share of them that answers in batches cost."""
        share = self.batch_price if self.batch else 1.0
        if self.prices is None or share == 1.0:
            return self.prices
        cached = self.prices.cached_input
        return replace(
            self.prices,
            input=self.prices.input * share,
            output=self.prices.output * share,
            cached_input=None if cached is None else cached * share,
        )

    @property
    def addresses(self) -> tuple[EndpointSpec, ...]:
        """The endpoints with what they leave out filled in, but for limits."""
        if self.endpoints:
            return self.endpoints
        return (EndpointSpec(base_url=self.base_url or DEFAULT_URL, api_key_env=self.api_key_env),)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all addresses as they stand in the environment, "" where there is none."""
        return tuple(os.environ.get(self.key_name(each) or "", "") for each in self.addresses)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that may be shown nowhere: the keys, and what else comes from the environment."""
        sent = [values for _, values in self._sent_along()]
        return (*self.keys, *(secret for values in sent for secret in secrets_of(values)))

    def _sent_along(self) -> Iterator[tuple[str, Mapping[str, Worded]]]:
        for each in (self, *self.endpoints):
            yield "headers", each.headers
            yield "query", each.query
            yield "proxy", {} if each.proxy is None else {"proxy": each.proxy}

    @property
    def room_tokens(self) -> int:
        """What a context keeps free for an answer: a default that grew must not change what prompts hold."""
        return self.max_tokens or ANSWER_TOKENS

    @property
    def thinks(self) -> bool:
        """Whether the options say that the model thinks before it answers."""
        return self.reasoning_effort not in {None, "none"} or says_thinking(self.extra_body)

    def most_tokens(self, *, thinks: bool) -> int:
        """Return the most tokens of an answer, thoughts included."""
        return self.max_tokens or (THINKING_TOKENS if thinks else ANSWER_TOKENS)

    def cap(self, request: Request, *, thinks: bool) -> int:
        """Return the most tokens that one answer may take.

        Args:
            request: what is asked; one that the run has left less room keeps to it.
            thinks: whether the model thinks first, so that what a request asks for is no measure of what it takes.
        """
        if request.purpose == EMBEDDING:
            return request.max_tokens
        most = self.most_tokens(thinks=thinks)
        if self.context_tokens is not None and self.max_tokens is None:
            most = max(ANSWER_TOKENS, min(most, self.context_tokens - worst_prompt_tokens(request) // _BYTES_A_TOKEN))
        whole = thinks or request.max_tokens >= Request.max_tokens
        return most if whole and request.asked_tokens is None else min(most, request.max_tokens)

    def key_name(self, endpoint: EndpointSpec) -> str:
        """Return the environment variable of an endpoint's key, "" for none."""
        return endpoint.api_key_env or self.api_key_env or ""

    def limits(self, endpoint: EndpointSpec) -> RateLimits:
        """Return the limits in force at an endpoint."""
        return RateLimits(
            slots=endpoint.slots or self.slots,
            requests_per_minute=endpoint.requests_per_minute or self.requests_per_minute,
            tokens_per_minute=endpoint.tokens_per_minute or self.tokens_per_minute,
        )

    def check(self, role: str) -> None:
        """Check that every key is there; nothing is sent.

        Raises:
            LLMError: an environment variable is not set, or holds what cannot be a key.
        """
        check_authority(f"llms.{role}", self.ca_file)
        for option, values in self._sent_along():
            check_there(f"llms.{role}", option, values)
        for endpoint in self.addresses:
            check_authority(f"llms.{role}", endpoint.ca_file)
            name = self.key_name(endpoint)
            if not name:
                continue
            where = f"llms.{role} names it as the environment variable with the key of {endpoint.base_url}."
            key = os.environ.get(name, "")
            if not key:
                raise LLMError(f"{name} is not set: {where}")
            if not key.isascii() or not key.isprintable() or " " in key:
                raise LLMError(f"{name} holds spaces, line ends or letters that no key has: {where}")


def check_url(url: str) -> None:
    """Check an address.

    Raises:
        EvoError: it is no http address, has blanks in it, or carries a name, a password, a query or a fragment.
    """
    if any(not each.isprintable() or each.isspace() for each in url):
        raise EvoError(f"base_url: expected an address without blanks; got {url!r}")
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        raise EvoError("base_url: expected an address like http://127.0.0.1:8000/v1") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise EvoError(
            "base_url: expected an address without a key; name the key's variable in api_key_env instead, and what "
            "follows a ? in query"
        )
    if not whole:
        raise EvoError(f"base_url: expected an address like http://127.0.0.1:8000/v1; got {url!r}")


def _above_zero(options: OpenAISettings | EndpointSpec, *names: str) -> None:
    for name in names:
        value = getattr(options, name)
        if value is not None and not (math.isfinite(value) and value > 0):
            raise EvoError(f"{name}: expected a number above 0; got {value}")
        if name == "slots" and value is not None and value > SLOTS_MAX:
            raise EvoError(f"slots: expected at most {SLOTS_MAX}; got {value}")
