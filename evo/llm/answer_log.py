"""Clients around a client: what is asked holds no secret, and what is answered is durable before it is read."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from evo.crashpoints import CrashPoint, reached
from evo.records import ASK, Finish
from evo.text import redact, sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evo.llm.budget import Ledger
    from evo.llm.model import AnswerLog, LLMClient
    from evo.records import Completion, Request


class Discreet:
    """A client that is asked without secrets, whoever asks; in a run and in a replay alike, so requests stay equal.

    Args:
        client: answers.
        secrets: what no prompt may show.
    """

    def __init__(self, client: LLMClient, secrets: Sequence[str]) -> None:
        self._client, self._secrets = client, secrets

    async def complete(self, request: Request) -> Completion:
        """Return the answer to the request without secrets."""
        said = (request.prompt.system, request.prompt.user, *request.prompt.turns)
        clean = tuple(redact(text, self._secrets) for text in said)
        if clean != said:
            system, user, *turns = clean
            prompt = replace(request.prompt, system=system, user=user, turns=tuple(turns))
            request = replace(request, prompt=prompt)
        return await self._client.complete(request)

    async def close(self) -> None:
        """Close the client."""
        await self._client.close()


class Recorded:
    """A client whose answers are durable before anyone reads them, and are never paid for twice.

    The log is asked first. A new answer is sanitised (what a provider sends may be unfit for a database or a hash),
    rid of secrets, stored, and only then returned; so a run that dies after this point finds it again.

    Args:
        client: answers what the log does not hold.
        log: of the run.
        ledger: charged for answers that an earlier session paid for and no commit has used yet.
        secrets: what no answer may show.
        kept: is told of every request whose answer has become durable.
    """

    def __init__(
        self,
        client: LLMClient,
        log: AnswerLog,
        ledger: Ledger | None = None,
        secrets: Sequence[str] = (),
        *,
        kept: Callable[[Request], None] | None = None,
    ) -> None:
        self._client, self._log, self._ledger, self._secrets = client, log, ledger, secrets
        self._kept = kept

    async def complete(self, request: Request) -> Completion:
        """Return the stored answer, or ask, store durably and return."""
        stored = self._log.find(request)
        if stored is not None:
            if self._ledger is not None:
                await self._ledger.charge_stored(request, stored)
            return stored
        reached(CrashPoint.REQUEST_SENT)
        answer = await self._client.complete(request)
        reached(CrashPoint.ANSWER_RECEIVED)
        clean = replace(
            answer,
            text=self._clean(answer.text),
            model=self._clean(answer.model),
            detail=self._clean(answer.detail),
            thoughts=self._clean(answer.thoughts),
        )
        await self._log.save(self._kept_under(request, clean), clean)
        if self._kept:
            self._kept(request)
        reached(CrashPoint.ANSWER_STORED)
        return clean

    def _kept_under(self, request: Request, answer: Completion) -> Request:
        """Return what an answer is stored under: the request.

        A judge's question that was not answered is asked again, word for word, whenever that may help. So what failed
        lies where nobody looks for an answer, and counts for what was spent.
        """
        if request.purpose != ASK or answer.finish not in {Finish.ERROR, Finish.LAPSED}:
            return request
        others = (replace(request, attempt=attempt) for attempt in count(1))
        return next(each for each in others if self._log.find(each) is None)

    def _clean(self, text: str) -> str:
        # In this order: a control character in the middle of a key would hide it, and be taken out afterwards.
        return redact(sanitise(text), self._secrets)

    async def close(self) -> None:
        """Close the client; the log belongs to the run."""
        await self._client.close()
