"""One small call that tells whether a model answers, and which parameters it does not take."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.llm.model import LLMContext
from evo.llm.retry import ParkPolicy, RetryPolicy
from evo.records import Finish, Prompt, Request

if TYPE_CHECKING:
    from evo.llm.openai.options import EndpointSpec, OpenAI

_ANSWER_TOKENS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one endpoint of a model said.

    Attributes:
        where: its address.
        answers: whether it took the key and the request.
        detail: the model that answered, or why none did; no key is in it.
        refused: parameters that it does not take.
        seconds: how long the call took.
    """

    where: str
    answers: bool
    detail: str
    refused: tuple[str, ...] = ()
    seconds: float = 0.0


async def probe(options: OpenAI, role: str) -> list[Probe]:
    """Ask every endpoint of a model for a word or two; each call costs at most a few hundred tokens.

    Args:
        options: the model.
        role: its name in the run's `llms`, for messages.
    """
    return [await _probed(options, endpoint, role) for endpoint in options.addresses]


async def _probed(options: OpenAI, endpoint: EndpointSpec, role: str) -> Probe:
    alone = replace(
        options,
        base_url=None,
        endpoints=(endpoint,),
        max_tokens=_ANSWER_TOKENS,
        retry=RetryPolicy(tries=1),
        park=ParkPolicy(failures=1, times=0),
    )
    request = Request(
        purpose="probe", subject=role, prompt=Prompt(system="", user="Say: ready"), seed=0, llm=role, max_tokens=16
    )
    started = time.monotonic()
    try:
        client = alone.connect(LLMContext(role=role, ideas=None, seed=0))
        try:
            answer = await client.complete(request)
        finally:
            await client.close()
    except EvoError as error:
        return Probe(where=endpoint.base_url, answers=False, detail=str(error))
    # An answer that says nothing within so few tokens is an answer: the model may have thought first.
    heard = answer.finish is not Finish.ERROR or answer.completion_tokens > 0
    return Probe(
        where=endpoint.base_url,
        answers=heard,
        detail=answer.model if answer.finish is not Finish.ERROR else answer.detail,
        refused=client.refused,
        seconds=time.monotonic() - started,
    )
