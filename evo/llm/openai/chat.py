"""A model behind chat completions: asked until it answers, charged for every try."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.llm import embeddings
from evo.llm.model import ModelFacts
from evo.llm.openai.connection import Connection
from evo.llm.openai.quirks import THINKS, Quirks
from evo.llm.openai.responses import Reply
from evo.llm.prices import Spend, estimated_tokens, worst_prompt_tokens, worst_spend
from evo.llm.retry import Persistence
from evo.records import Completion, Finish
from evo.text import normalise_detail, redact

if TYPE_CHECKING:
    from evo.llm.budget import Ledger
    from evo.llm.model import LLMContext
    from evo.llm.openai.settings import OpenAISettings
    from evo.llm.prices import Prices
    from evo.llm.trouble import Trouble
    from evo.records import Request


class OpenAIClient:
    """The client of an `OpenAI` model."""

    def __init__(self, options: OpenAISettings, context: LLMContext) -> None:
        self._options, self._ledger = options, context.ledger
        self._quirks = Quirks((*options.refuses, *context.quirks), context.learnt)
        self._secrets = ModelFacts(secrets=options.secrets).secrets
        self._endpoints = [
            Connection(
                options,
                each,
                context.gates.gate(each.base_url, options.key_name(each), options.limits(each)),
                self._quirks,
                self._secrets,
                bounded=context.ledger.bounded,
                picture=context.picture,
            )
            for each in options.addresses
        ]
        self._persistence = Persistence(
            role=context.role,
            model=options.model,
            endpoints=self._endpoints,
            retry=options.retry,
            park=options.park,
            waits=context.waits,
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
        return self.worst_sent(self.sent(request))

    def worst_sent(self, request: Request) -> Spend:
        """Return the same for a request as it is sent."""
        return worst_spend(request.capped(self._options.cap(request, thinks=self.thinks)), self._options.charged, None)

    async def complete(self, request: Request) -> Completion:
        """Ask until there is an answer, or no point in asking.

        A model that turns out to think, and was cut off where others end, is asked again with room for it.

        Raises:
            LLMError: the model cannot be asked at all.
        """
        request, bill = self.sent(request), self.bill()
        result = await self._asked(request, bill)
        if isinstance(result, Reply) and result.thinks and not self.thinks:
            short = result.finish is Finish.LENGTH and self._options.max_tokens is None
            self._quirks.note(THINKS)
            if short and request.asked_tokens is None and self._afford_another(request, result, bill):
                result = await self._asked(request, bill)
        return self.told(request, result, bill)

    def bill(self) -> TryBill:
        """Return what the tries of a request will be charged to."""
        return TryBill(self, self._ledger, self._options.charged)

    @property
    def endpoint(self) -> Connection:
        """The first address."""
        return self._endpoints[0]

    def told(self, request: Request, result: Reply | Trouble, bill: TryBill) -> Completion:
        """Return what came of a request, as it was sent, with what its tries have cost."""
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

    def sent(self, request: Request) -> Request:
        """Return a request with what the model is told before every one."""
        if self._options.system_prompt is None or request.purpose == embeddings.EMBEDDING:
            return request
        system = "\n\n".join(filter(None, (self._options.system_prompt, request.prompt.system)))
        return replace(request, prompt=replace(request.prompt, system=system))

    def _afford_another(self, request: Request, reply: Reply, bill: TryBill) -> bool:
        """Pay for an answer that is asked for again, if the budget has room for another."""
        prompt, completion, guessed = self._usage(request, reply)
        usd = self._options.charged.usd(prompt, completion, reply.cached_tokens) if self._options.charged else 0.0
        room = self._ledger.extend(request, self.worst_sent(request), lost=Spend(usd=usd, tokens=prompt + completion))
        if room:
            bill.add(prompt, completion, guessed=guessed, cached=reply.cached_tokens)
        return room

    async def _asked(self, request: Request, bill: TryBill) -> Reply | Trouble:
        return await self._persistence.ask(request, tokens=self.worst_sent(request).tokens, purse=bill)

    def _completion(self, request: Request, reply: Reply, bill: TryBill) -> Completion:
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
            thoughts=redact(reply.reasoning, self._secrets),
        )

    def _usage(self, request: Request, reply: Reply) -> tuple[int, int, bool]:
        """Return the tokens of prompt and answer, and whether one of them is a guess; what was said is kept."""
        prompt, completion = reply.prompt_tokens, reply.completion_tokens
        if prompt is None:
            prompt = estimated_tokens(request.prompt.whole)
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


class TryBill:
    """What the tries of one request come to; where no one says what a failed one did, the worst case."""

    def __init__(self, client: OpenAIClient, ledger: Ledger, prices: Prices | None) -> None:
        self._client, self._ledger, self._prices = client, ledger, prices
        self.prompt_tokens = self.completion_tokens = 0
        self.usd = 0.0
        self.guessed = False

    def afford(self, request: Request, trouble: Trouble) -> bool:
        """Charge a try that came to nothing; False if another one could pass the budget."""
        prompt, completion = trouble.prompt_tokens, trouble.completion_tokens
        if trouble.paid:
            worst = self._client.worst_sent(request)
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
