"""The one retry layer: tries, waits, budgets in tries and seconds, endpoints by weight, parking.

A model that keeps failing for reasons of its own is parked: nobody asks it for a while, then one call finds out. A
request that meets only a closed door waits for it and is not held to have failed; when the door stays closed, the run
pauses with the cause and the counts.
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from evo.errors import EvoError, LLMError
from evo.llm.openai.responses import Reply
from evo.llm.trial import TRIALS, Trial
from evo.llm.trouble import Remedy, Trouble, TroubleKind, blames_endpoint, blames_shape, remedy
from evo.llm.waits import Waits
from evo.rng import stream

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from evo.llm.rate_limits import RateGate
    from evo.records import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how long one request is tried.

    Attributes:
        tries: calls made for one request, the first included; half as many when those that failed may have been paid.
        seconds: from the first call to the start of the last.
        wait_seconds: before the second call, with jitter; doubled each time, at most `wait_max_seconds`.
        retry_after_max_seconds: a longer wait than this, asked for by an endpoint, parks the model instead.
    """

    tries: int = 6
    seconds: float = 900.0
    wait_seconds: float = 0.5
    wait_max_seconds: float = 60.0
    retry_after_max_seconds: float = 120.0

    @property
    def paid_tries(self) -> int:
        """Calls made for one request, when each of them may have been paid."""
        return (self.tries + 1) // 2

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            EvoError: a count below 1 or a time that is negative or not finite.
        """
        if self.tries < 1:
            raise EvoError(f"tries: expected 1 or more; got {self.tries}")
        for name in ("seconds", "wait_seconds", "wait_max_seconds", "retry_after_max_seconds"):
            value = float(getattr(self, name))
            if not (math.isfinite(value) and value >= 0):
                raise EvoError(f"{name}: expected seconds, 0 or more; got {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkPolicy:
    """When a model is left alone.

    Attributes:
        failures: requests in a row that failed in spite of their retries.
        seconds: the first pause; doubled each time, at most eightfold.
        times: pauses in a row, after which the run pauses.
    """

    failures: int = 5
    seconds: float = 60.0
    times: int = 4

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            EvoError: a count below its least or a time that is negative or not finite.
        """
        if self.failures < 1:
            raise EvoError(f"failures: expected 1 or more; got {self.failures}")
        if self.times < 0:
            raise EvoError(f"times: expected 0 or more; got {self.times}")
        if not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise EvoError(f"seconds: expected seconds, 0 or more; got {self.seconds}")


class Endpoint(Protocol):
    """One address at which the model may be asked.

    Attributes:
        reached: whether anything ever came back from it.
        trial: whether it ever answered.
    """

    gate: RateGate
    weight: float
    reached: bool
    trial: Trial

    @property
    def where(self) -> str:
        """The address, for messages."""
        ...

    @property
    def key_name(self) -> str:
        """The environment variable of its key, "" without one."""
        ...

    async def ask(self, request: Request) -> Reply | Trouble:
        """Make one call, within the call's own deadlines."""
        ...


class Purse(Protocol):
    """Says whether a request may be tried again after a try that may have been charged."""

    def afford(self, request: Request, trouble: Trouble) -> bool:
        """Charge the failed try; False if another one could pass the budget."""
        ...


class Persistence:
    """Asks one model until it answers or there is no point in asking.

    Args:
        role: the model's name in the run, for messages.
        model: its name at the endpoints.
        endpoints: at least one.
        retry, park: what to do when it fails.
        waits: is told while requests are not on their way, and while the model is left alone.
    """

    def __init__(
        self,
        *,
        role: str,
        model: str,
        endpoints: Sequence[Endpoint],
        retry: RetryPolicy,
        park: ParkPolicy,
        waits: Waits | None = None,
    ) -> None:
        self._role, self._model, self._waits = role, model, waits or Waits()
        self._endpoints, self._retry, self._park = endpoints, retry, park
        self._failures: Counter[TroubleKind] = Counter()
        self._parked_until = 0.0
        self._parks = 0

    @property
    def parked(self) -> bool:
        """Whether the model is left alone for now."""
        return asyncio.get_running_loop().time() < self._parked_until

    async def ask(self, request: Request, *, tokens: int, purse: Purse) -> Reply | Trouble:
        """Return a reply, or the trouble that this request ends with.

        Args:
            request: what to ask.
            tokens: the most that one call can use, for rate limits.
            purse: pays for tries that came to nothing.

        Raises:
            LLMError: the model cannot be asked at all: key refused, nothing there, or failing for too long.
        """
        while True:
            with self._waits.idle(request):
                await self._unparked()
            result = await self._round(request, tokens, purse)
            if isinstance(result, Reply):
                self._failures.clear()
                self._parks = 0
                return result
            if remedy(result.kind) is Remedy.GIVE_UP or result.kind is TroubleKind.EMPTY:
                return result
            self._failed(result)
            if not blames_endpoint(result.kind):
                return result

    async def _round(self, request: Request, tokens: int, purse: Purse) -> Reply | Trouble:
        """Try as often and as long as the policy allows."""
        clock = asyncio.get_running_loop().time
        begun, seen = clock(), Counter[TroubleKind]()
        draw, paid = stream(request.seed, "retry", request.hash), 0
        first = self._drawn(draw.random())
        for number in range(self._retry.tries):
            endpoint = self._endpoints[(first + number) % len(self._endpoints)]
            result, started = await self._call(endpoint, request, tokens, sent=paid > 0)
            if isinstance(result, Reply) or result.kind is TroubleKind.EMPTY:
                endpoint.trial.answered()
            if isinstance(result, Reply):
                await endpoint.gate.open()
                return result
            seen[result.kind] += 1
            paid += result.paid
            drawn = draw.random()
            own, wait = self._backoff(result, number, drawn), self._wait(result, number, drawn)
            if result.wait_seconds is not None:
                endpoint.gate.close_for(min(wait, self._retry.retry_after_max_seconds))
            elif result.kind is TroubleKind.RATE_LIMITED:
                endpoint.gate.slow_down(started)
            # Charged before anything else: a call that is the last of a run has its price as well.
            affordable = purse.afford(request, result)
            self._stop(endpoint, result)
            match remedy(result.kind):
                case Remedy.GIVE_UP | Remedy.STOP:
                    return result
                case Remedy.ONCE if seen[result.kind] > 1:
                    return result
                case Remedy.ONCE | Remedy.RETRY:
                    late = clock() + wait - begun > self._retry.seconds
                    often = number + 1 == self._retry.tries or paid >= self._retry.paid_tries
                    if late or not affordable or often:
                        return result
            with self._idle(request, sent=paid > 0):
                await asyncio.sleep(wait if len(self._endpoints) == 1 else min(wait, own))
        raise AssertionError  # `tries` is at least 1 and the last one returns

    async def _call(
        self, endpoint: Endpoint, request: Request, tokens: int, *, sent: bool
    ) -> tuple[Reply | Trouble, float]:
        """Make one call when it may be made; return what came, and when it started."""
        async with AsyncExitStack() as stack:
            with self._idle(request, sent=sent):
                await stack.enter_async_context(endpoint.trial.turn())
                started = await stack.enter_async_context(endpoint.gate.passing(tokens))
            return await endpoint.ask(request), started

    def _idle(self, request: Request, *, sent: bool) -> AbstractContextManager[None]:
        """Hold that a request is not on its way; one that may have been paid for is, until it is answered."""
        return nullcontext() if sent else self._waits.idle(request)

    def _drawn(self, draw: float) -> int:
        """Return the number of an endpoint by weight, for a draw in [0, 1)."""
        point = draw * sum(endpoint.weight for endpoint in self._endpoints)
        for number, endpoint in enumerate(self._endpoints):
            point -= endpoint.weight
            if point < 0:
                return number
        return 0

    def _backoff(self, trouble: Trouble, number: int, draw: float) -> float:
        """Return how long to wait before the next try, as far as nobody says: never all at the same time."""
        most = min(self._retry.wait_max_seconds, self._retry.wait_seconds * 2**number)
        # The gate paces those who were turned away; whoever waits as well only has to be out of step.
        bare = trouble.kind is TroubleKind.RATE_LIMITED and trouble.wait_seconds is None
        return most * draw if bare else most * (0.5 + draw)

    def _wait(self, trouble: Trouble, number: int, draw: float) -> float:
        """Return how long to wait before the next try: never less than asked for, as far as that is bearable."""
        own = self._backoff(trouble, number, draw)
        if trouble.wait_seconds is None:
            return own
        asked = min(trouble.wait_seconds, self._retry.retry_after_max_seconds)
        return asked + min(own, 0.1 * asked + 0.05 * draw)

    def _stop(self, endpoint: Endpoint, trouble: Trouble) -> None:
        """Raise what no retry and no other request can mend."""
        if remedy(trouble.kind) is Remedy.STOP:
            raise LLMError(f"llms.{self._role} ({self._model} at {endpoint.where}): {advice(endpoint, trouble)}")
        longest, asked = self._retry.retry_after_max_seconds, trouble.wait_seconds or 0.0
        if asked > longest and len(self._endpoints) == 1:
            raise LLMError(
                f"llms.{self._role} ({self._model} at {endpoint.where}) asks to be left alone for {asked:.0f} s, which "
                f"is more than retry.retry_after_max_seconds = {longest:g}: {trouble.text}. evo resume @last goes on."
            )
        if blames_shape(trouble.kind) and endpoint.trial.failed():
            raise LLMError(
                f"llms.{self._role} ({self._model} at {endpoint.where}) has not answered once in {TRIALS} calls; the "
                f"last: {trouble.text}. Check model, base_url and the key's variable."
            )
        if trouble.kind is TroubleKind.UNREACHABLE and not any(each.reached for each in self._endpoints):
            raise LLMError(
                f"llms.{self._role}: {endpoint.where} cannot be reached ({trouble.detail}). "
                + _unreachable_advice(trouble)
            )

    def _failed(self, trouble: Trouble) -> None:
        """Count a request that failed in spite of its retries; park the model when that is due, or pause the run."""
        now = asyncio.get_running_loop().time()
        self._failures[trouble.kind] += 1
        asked = trouble.wait_seconds or 0.0
        if now < self._parked_until:
            return  # others that were under way have parked it already
        if not blames_endpoint(trouble.kind) and sum(self._failures.values()) < self._park.failures:
            return
        if self._parks >= self._park.times:
            counts = ", ".join(f"{count} x {kind}" for kind, count in self._failures.most_common())
            raise LLMError(
                f"llms.{self._role} ({self._model}) keeps failing: {counts}; "
                f"last at {self._endpoints[0].where}: {trouble.text}. "
                f"It was left alone {self._parks} times. evo resume @last goes on when it answers again."
            )
        asked = min(asked, self._retry.retry_after_max_seconds)
        seconds = max(asked, self._park.seconds * 2 ** min(self._parks, 3))
        self._parked_until = now + seconds
        self._parks += 1
        self._waits.park(self._role, f"llms.{self._role} is left alone for {seconds:.0f} s: {trouble.text[:200]}")

    async def _unparked(self) -> None:
        clock = asyncio.get_running_loop().time
        while (left := self._parked_until - clock()) > 0:  # noqa: ASYNC110 - the time may be put off meanwhile
            await asyncio.sleep(left)
        self._waits.park(self._role, "")


def _unreachable_advice(trouble: Trouble) -> str:
    if "certificate" in trouble.detail.lower():
        return "Name the certificates of its authority in ca_file."
    return "Is the server running, and is base_url right?"


def advice(endpoint: Endpoint, trouble: Trouble) -> str:
    """Return what to do about a trouble that no request can get past."""
    match trouble.kind:
        case TroubleKind.KEY_REFUSED if endpoint.key_name:
            name = endpoint.key_name
            return f"the key in {name} was refused ({trouble.detail}). Set {name} to a valid key."
        case TroubleKind.KEY_REFUSED:
            return f"a key is wanted ({trouble.detail}). Name its environment variable in api_key_env."
        case TroubleKind.UNCAPPED:
            return (
                f"{trouble.detail}, so nothing bounds an answer and budget.usd and budget.tokens could not be kept. "
                "Leave them out, or ask another endpoint."
            )
        case TroubleKind.PROXY_REFUSED:
            return (
                f"the proxy on the way wants a name and a password ({trouble.detail}). Give them in "
                "proxy: {env: NAME}, with http://USER:PASSWORD@HOST:PORT as the value of NAME."
            )
        case TroubleKind.NO_CREDIT:
            return f"the account of the key in {endpoint.key_name or 'no variable'} has no credit ({trouble.detail})."
        case _:
            return f"{trouble.text}. Check model and base_url."
