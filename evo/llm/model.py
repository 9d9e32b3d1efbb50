"""The seam between the search and whatever answers: a model, a script, a stored run.

`LLM` is what a config names (a frozen dataclass whose fields are its options); it tells facts about itself and
`connect` turns it into an `LLMClient` for one run. Whoever writes a model of their own needs these names and no others:
`LLM`, `LLMClient`, `LLMContext`, `ModelFacts` from here, `Prices` from `evo.llm.prices`, and `Request`, `Completion`,
`Finish` from `evo.records`. `AnswerLog` is where answers lie durably; the store fits it by shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, get_args, runtime_checkable

from evo.errors import EvoError
from evo.llm.batch_log import ForgetfulLog
from evo.llm.budget import Ledger
from evo.llm.desk import Desk
from evo.llm.prices import FREE, Prices, Spend, worst_spend
from evo.llm.rate_limits import RateGates
from evo.llm.waits import Waits
from evo.records import Finish, Request
from evo.text import REDACTED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from evo.llm.batch_log import BatchLog
    from evo.llm.workshop import Workshop
    from evo.records import Completion, Program

Thinking: TypeAlias = Literal["aloud", "brief"]

SECRET_MIN = 8
"""A shorter key is a placeholder ("none", "EMPTY"): hiding it would tear holes into innocent texts."""


class LLMClient(Protocol):
    """Something that answers requests. Many calls may be in flight at once, all in one event loop."""

    async def complete(self, request: Request) -> Completion:
        """Answer one request.

        Trouble that belongs to this request (time-out, refused parameter, retries used up) is an answer too:
        `Completion(finish=Finish.ERROR, detail=...)`. It never raises for that. Cancelling the call gives the
        connection back at once.

        An answer has no more tokens than the request asks for and the model's facts allow. It says its usage, and its
        cost where the client knows that better than `ModelFacts.prices`: `cost_usd` left at 0 is computed from usage
        and prices, and an answer without usage is estimated (see `Priced` for a client that keeps its own books).

        Raises:
            LLMError: nothing can be answered any more (for example the key is refused); the run has to stop. Whatever
                else is raised counts as one, and as a fault of the client.
        """
        ...

    async def close(self) -> None:
        """Give back what the client holds; calls in flight have ended before. Idempotent."""
        ...


@runtime_checkable
class Priced(Protocol):
    """A client that keeps its own books: the usage and cost in its answers are complete, a 0 among them is a 0."""

    def worst(self, request: Request) -> Spend:
        """Return the most that one try of this request can cost; `LLMContext.ledger.extend` takes further tries."""
        ...


class PricedClient(LLMClient, Priced, Protocol):
    """A client that is both."""


class Free:
    """The books of a client that costs no money and counts its own tokens; to be inherited."""

    def worst(self, request: Request) -> Spend:
        """Return the most tokens that this request can take."""
        return worst_spend(request, FREE, None)

    def kept(self, request: Request, answer: Completion) -> Completion:
        """Return an answer cut off where the run left it less room than it takes, at four characters a token."""
        if request.asked_tokens is None or answer.completion_tokens <= request.max_tokens:
            return answer
        text = answer.text[: 4 * request.max_tokens]
        return replace(answer, text=text, finish=Finish.LENGTH, completion_tokens=request.max_tokens)


@runtime_checkable
class Parks(Protocol):
    """A client that knows when its model keeps failing; others are asked meanwhile where there are others."""

    @property
    def parked(self) -> bool:
        """Whether the model is left alone for now."""
        ...


@runtime_checkable
class Surveys(Protocol):
    """A model that knows, before it is asked, what it can do with a program."""

    def survey(self, programs: Sequence[Program], ideas: Path | None, brief: str) -> str:
        """Return in words what it finds to change in the programs that a run begins with.

        Args:
            programs: all of them.
            ideas: the problem's folder of ideas, if there is one.
            brief: what the problem is about.
        """
        ...


class AnswerLog(Protocol):
    """The answers of a run, by request."""

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to an equal request (equal `Request.hash`), or None."""
        ...

    async def save(self, request: Request, completion: Completion) -> None:
        """Store an answer; it is durable when this returns. Saving an equal request again changes nothing."""
        ...


class FindsAnswers(Protocol):
    """The answers of a finished or unfinished run, for reading alone."""

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to an equal request (equal `Request.hash`), or None."""
        ...

    def close(self) -> None:
        """Let go of the run."""
        ...


def _no_picture(program: str) -> bytes | None:
    del program


@dataclass(frozen=True, slots=True, kw_only=True)
class LLMContext:
    """What a run tells a model's client when it connects.

    Attributes:
        role: the name in the run's `llms` ("fast", "strong").
        ideas: the problem's `ideas/` folder, or None; only the offline proposer reads it.
        seed: the run's seed.
        gates: one per endpoint, shared by all roles of the run that ask it.
        ledger: what the run has spent and may still spend.
        peers: the run's roles that answer for themselves, connected, without their records and meters; for an ensemble.
        answers: opens the answers of another run, by its address; for a replay.
        waits: is told of what is not on its way, so that the screen can say so and a run that stops need not wait.
        desk: where requests lie that somebody outside answers.
        workshop: where programs that edit files are put to work; None where there is no run.
        quirks: parameters that earlier sessions of the run learnt that the model does not take.
        learnt: is told of further ones.
        picture: gives the picture of a program, as PNG, by its id; None where there is none.
        batches: remembers what was sent as a batch.
    """

    role: str
    ideas: Path | None
    seed: int
    gates: RateGates = field(default_factory=RateGates)
    ledger: Ledger = field(default_factory=Ledger)
    peers: Mapping[str, PricedClient] = field(default_factory=lambda: MappingProxyType({}))
    answers: Callable[[str], FindsAnswers] | None = None
    waits: Waits = field(default_factory=Waits)
    desk: Desk = field(default_factory=Desk)
    workshop: Workshop | None = None
    quirks: tuple[str, ...] = ()
    learnt: Callable[[str], object] = str
    picture: Callable[[str], bytes | None] = _no_picture
    batches: BatchLog = field(default_factory=ForgetfulLog)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """What a model tells about itself; budgets, redaction, room in prompts, estimates and checks rest on it alone.

    Attributes:
        secrets: texts that may be shown and written nowhere, as they are now: keys above all. Those of fewer than
            `SECRET_MIN` characters are dropped.
        prices: usd per million tokens; `Prices(input=0, output=0)` for what is free. None: nobody knows, so nothing
            could be charged, and `budget.usd` is refused.
        context_tokens: prompt and answer together, as far as the model can see; None for no limit.
        max_tokens: most tokens of an answer; None where only the request bounds it.
        answer_room: what the context keeps free for an answer; None for `max_tokens`.
        members: roles of the run that answer in its place (an ensemble); they are charged, it is not.
        weights: the share of each member in the calls, relative to the others; empty when they are alike.
        addresses: the URLs that are contacted; none for what stays on this machine.
        model: its name at the addresses, for people.
        sees: whether pictures can be shown to it.
        thinking: whether its answers begin with its thoughts, or without any where it thinks before it answers.
        tries: how often one request is sent at most; every try may be charged.
        converses: it reads `Prompt.turns`, so that it can be told what was wrong with its answer.
        patient: its answers take as long as they take: they hold no slot, and each ticket asks once.
        trusted: a score that its answer tells with a program counts as it is told.
        confined: it is a program that works behind walls on this machine: it holds no slot, and each ticket asks once.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)
    prices: Prices | None = None
    context_tokens: int | None = None
    max_tokens: int | None = None
    members: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    addresses: tuple[str, ...] = ()
    model: str = ""
    tries: int = 1
    converses: bool = False
    patient: bool = False
    trusted: bool = False
    confined: bool = False
    thinking: Thinking = "aloud"
    sees: bool = False
    answer_room: int | None = None

    def __post_init__(self) -> None:
        """Check the facts and drop placeholders from the secrets.

        Raises:
            EvoError: a value that cannot be one.
        """
        for name in ("secrets", "members", "weights", "addresses"):
            if not isinstance(getattr(self, name), tuple):
                raise EvoError(f"{name}: expected a tuple; got {type(getattr(self, name)).__name__}")
        if not isinstance(prices := getattr(self, "prices"), Prices | None):  # noqa: B009 - its type is what is checked
            raise EvoError(f"prices: expected Prices or None; got {type(prices).__name__}")
        if self.thinking not in get_args(Thinking):
            raise EvoError(f"thinking: expected one of {', '.join(get_args(Thinking))}; got {self.thinking!r}")
        for name in ("context_tokens", "max_tokens", "tries", "answer_room"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, int) and value > 0):
                raise EvoError(f"{name}: expected a whole number above 0; got {value!r}")
        if self.weights and (len(self.weights) != len(self.members) or not all(weight > 0 for weight in self.weights)):
            raise EvoError(f"weights: expected one above 0 for each of {len(self.members)} members; got {self.weights}")
        # What the mark of a redaction holds itself cannot be hidden by it.
        kept = (secret for secret in self.secrets if len(secret) >= SECRET_MIN and secret not in REDACTED)
        object.__setattr__(self, "secrets", tuple(dict.fromkeys(kept)))

    @property
    def answer_tokens(self) -> int:
        """The most tokens of an answer: its own limit, or what requests ask for."""
        return Request.max_tokens if self.max_tokens is None else self.max_tokens

    @property
    def room(self) -> int | None:
        """The most tokens of a prompt: what the context leaves beside the longest answer; None for no limit."""
        return None if self.context_tokens is None else self.context_tokens - (self.answer_room or self.answer_tokens)

    @property
    def shares(self) -> Mapping[str, float]:
        """Member -> its share of the calls; together 1."""
        weights = self.weights or (1.0,) * len(self.members)
        return {member: weight / sum(weights) for member, weight in zip(self.members, weights, strict=True)}


class LLM(Protocol):
    """The options of one kind of model, as a config gives them: a frozen dataclass. Inherit it for the defaults."""

    @property
    def facts(self) -> ModelFacts:
        """What it tells about itself, as things stand now; it asks nobody."""
        return ModelFacts()

    def check(self, role: str) -> None:
        """Check that what it needs is there, keys above all; nothing is sent.

        Raises:
            LLMError: it could not be asked; the message says what to set.
        """
        del role

    def connect(self, context: LLMContext) -> LLMClient:
        """Return a client for one run; it sends nothing yet.

        Raises:
            EvoError: the options cannot work here (for example the key's variable is not set).
        """
        ...
