"""Whether each endpoint of a model answers, and which parameters it does not take."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.llm.model import LLMContext
from evo.llm.openai.chat import OpenAIClient
from evo.llm.probe import PROBE_TOKENS, Probe, question
from evo.llm.retry import ParkPolicy, RetryPolicy
from evo.records import Finish

if TYPE_CHECKING:
    from evo.llm.openai.settings import EndpointSpec, OpenAISettings
    from evo.records import Request


async def probe(options: OpenAISettings, role: str, asked: Request | None = None) -> list[Probe]:
    """Ask every endpoint of a model once.

    Args:
        options: the model.
        role: its name in the run's `llms`, for messages.
        asked: what a run would ask, with the model's own parameters and limits; None for a word or two, for which a
            call costs at most a few hundred tokens.
    """
    return [await _probed(options, endpoint, role, asked) for endpoint in options.addresses]


async def _probed(options: OpenAISettings, endpoint: EndpointSpec, role: str, asked: Request | None) -> Probe:
    alone = replace(
        options,
        base_url=None,
        endpoints=(endpoint,),
        max_tokens=options.max_tokens if asked else PROBE_TOKENS,
        retry=RetryPolicy(tries=1),
        park=ParkPolicy(failures=1, times=0),
    )
    started = time.monotonic()
    try:
        alone.check(role)
        client = OpenAIClient(alone, LLMContext(role=role, ideas=None, seed=0))
        try:
            answer = await client.complete(asked or question(role))
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
        completion=answer if heard else None,
    )
