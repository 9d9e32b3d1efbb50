"""One call that tells whether a model answers, and what with, for people who set one up."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from evo.errors import EvoError
from evo.llm.facts import check_keys
from evo.llm.guard import Guarded, blaming
from evo.llm.model import LLMContext
from evo.llm.prices import FREE
from evo.records import Finish, Prompt, Request
from evo.text import redact

if TYPE_CHECKING:
    from evo.llm.model import LLM, ModelFacts
    from evo.records import Completion

PROBE_TOKENS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one address of a model said.

    Attributes:
        where: the address.
        answers: whether it took the key and the request.
        detail: the model that answered, or why none did; no key is in it.
        refused: parameters that it does not take.
        seconds: how long the call took.
        completion: what it answered; None where it did not.
    """

    where: str
    answers: bool
    detail: str
    refused: tuple[str, ...] = ()
    seconds: float = 0.0
    completion: Completion | None = None


@runtime_checkable
class Probes(Protocol):
    """A model that can ask each of its addresses by itself."""

    async def probe(self, role: str, asked: Request | None = None) -> list[Probe]:
        """Ask every address once.

        Args:
            role: its name in the run's `llms`, for messages.
            asked: what a run would ask, which costs what a ticket costs; None for a word or two.
        """
        ...


def question(role: str) -> Request:
    """Return what a probe asks."""
    prompt = Prompt(system="", user="Say: ready")
    return Request(purpose="probe", subject=role, prompt=prompt, seed=0, llm=role, max_tokens=PROBE_TOKENS)


async def probe(model: LLM, facts: ModelFacts, role: str, asked: Request | None = None) -> list[Probe]:
    """Ask a model once, at each of its addresses where it can tell them apart.

    Args:
        model: not connected.
        facts: what it tells of itself.
        role: its name in the run's `llms`.
        asked: what a run would ask; None for a word or two.

    Nobody is asked for a model that is free and contacts nobody, and an ensemble's members are asked on their own.
    """
    if facts.members or (not facts.addresses and facts.prices == FREE):
        return []
    where, started = ", ".join(facts.addresses) or facts.model, time.monotonic()
    try:
        if isinstance(model, Probes):
            with blaming(f"llms.{role} ({type(model).__name__}), probed", facts.secrets):
                return await (model.probe(role, asked) if asked else model.probe(role))
        check_keys(model, role, facts.secrets)
        with blaming(f"llms.{role} ({type(model).__name__}), connected", facts.secrets, spares=EvoError):
            client = Guarded(model.connect(LLMContext(role=role, ideas=None, seed=0)), role, facts)
        try:
            answer = await client.complete(asked or question(role))
        finally:
            await client.close()
    except EvoError as error:
        return [Probe(where=where, answers=False, detail=str(error))]
    heard = answer.finish is not Finish.ERROR
    detail = redact(answer.model or facts.model if heard else answer.detail, facts.secrets)
    seconds = time.monotonic() - started
    return [Probe(where=where, answers=heard, detail=detail, seconds=seconds, completion=answer if heard else None)]
