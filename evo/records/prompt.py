"""What is asked of a model and what it answers: plain text, with what it cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from evo.canonical import canonical, fingerprint
from evo.records.verdicts import Finish

FOLLOW_UP = 1000
"""What is added to the attempt of a request for the one that follows its answer; no request has so many attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a model is asked: the standing instructions and the task at hand.

    Attributes:
        pictures: programs, by id, whose pictures are shown with it to a model that sees, where they can be drawn.
        turns: how the conversation went on: the model's answer, what was said to it, and so on; mostly nothing.
    """

    system: str
    user: str
    pictures: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()

    @property
    def messages(self) -> tuple[tuple[str, str], ...]:
        """The conversation as (role, text), roles as providers call them."""
        turns = ((("assistant", "user")[index % 2], text) for index, text in enumerate(self.turns))
        return ("system", self.system), ("user", self.user), *turns

    @property
    def whole(self) -> str:
        """All texts as one, to be measured."""
        return "".join((self.system, self.user, *self.turns))


@dataclass(frozen=True, kw_only=True)
class Request:
    """One call to a model, complete: equal requests may be answered by one stored answer.

    Attributes:
        purpose: "propose", later "insight", "note", ...
        subject: the ticket (as text), program id or epoch that it serves.
        attempt: 0 for the first try; `FOLLOW_UP` more for the request that follows its answer.
        seed: `rng.derive(seed, purpose, subject, attempt)`, sent as the API's seed.
        llm: the role in the run's `llms` that answers; not part of the hash, since providers may change on resume.
        max_tokens: most tokens of the answer; at least 1.
        temperature: None leaves the provider's default.
        asked_tokens: what was asked for, where the run has since left less room for the answer (`capped`); the hash
            knows this figure, so that it stays the same request.
    """

    purpose: str
    subject: str
    attempt: int = 0
    prompt: Prompt
    seed: int
    llm: str
    max_tokens: int = 8192
    temperature: float | None = None
    asked_tokens: int | None = None

    @cached_property
    def hash(self) -> str:
        """The fingerprint of all that can shape the answer."""
        prompt, most = self.prompt, self.asked_tokens or self.max_tokens
        value = [self.purpose, self.subject, self.attempt, prompt.system, prompt.user, self.seed]
        shown = [list(prompt.pictures)] if prompt.pictures else []
        return fingerprint(canonical([*value, most, self.temperature, *shown, *prompt.turns]))

    @property
    def sent_seed(self) -> int:
        """The seed as endpoints take it: some read it as a signed 32-bit number."""
        return self.seed % 2**31

    def capped(self, most: int) -> Request:
        """Return the same request with room for an answer of `most` tokens, at least 1, and of no more."""
        return replace(self, max_tokens=most, asked_tokens=self.asked_tokens or self.max_tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A model's answer as stored: durable before anything reads it.

    Attributes:
        text: sanitised text; "" for a refusal without words or an error.
        finish: why the model stopped; ERROR when retries ran out.
        model: what the provider says answered.
        prompt_tokens, completion_tokens: usage, `estimated` where it is in part a guess or a worst case.
        cost_usd: at the config's prices; 0.0 offline.
        detail: the error's words when finish is ERROR; else what is to be known about the call, such as that a budget
            left less room than asked for.
        cached_tokens, reasoning_tokens: counted in the usage: what the provider had cached, what the model kept back.
        thoughts: what the endpoint handed over beside the answer as thought; for people, never parsed and never hashed.
    """

    text: str
    finish: Finish = Finish.STOP
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    detail: str = ""
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False
    thoughts: str = ""
