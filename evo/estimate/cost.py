"""What a run can cost at most, before it is begun: from its config, its prompts and list prices alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from evo.llm.prices import estimated_tokens, worst_prompt_tokens
from evo.records import Prompt, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evo.config.sections import BudgetSpec
    from evo.llm.model import ModelFacts
    from evo.propose.emitters.emitter import Emitter

_MILLION = 1e6
_Number = TypeVar("_Number", int, float)


class Per(StrEnum):
    """What a kind of request is made for."""

    PROPOSAL = "proposal"
    """A ticket, which makes one request of all kinds that are for proposals."""
    FOLLOW_UP = "follow-up"
    """A proposal whose answer cannot be used; it makes one request of all kinds that are for follow-ups."""
    TICKET = "ticket"
    """A ticket, beside its proposal."""
    PROGRAM = "program"
    """A program that is evaluated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKind:
    """A kind of request that a run makes.

    Attributes:
        what: the operator, the stage that asks, or what else it is for.
        llm: the role that answers.
        longest, first: the longest prompt that can come, and one at the start of the run.
        max_tokens: most tokens of the answer that is asked for.
        share: of what `per` counts, where it is known; 1 for a stage, and the arm's for insights.
        per: what it is asked for.
        times: how often at most for one of them; None where nobody says.
        every: of how many of them it is asked for one.
        asks: whether a prompt of the start has room; where not even that has, nothing is asked.
    """

    what: str
    llm: str
    longest: Prompt
    first: Prompt
    max_tokens: int
    share: float | None
    per: Per = Per.PROPOSAL
    times: int | None = 1
    every: int = 1
    asks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one kind of request to one model comes to.

    Attributes:
        what, role, model: who asks, and who answers.
        calls: at most; None where nothing bounds them. expected_calls: by the emitters' weights, None under a bandit.
        prompt_tokens, answer_tokens: of one call at worst, every byte of the prompt a token.
        guessed_tokens: of the longest prompt, one for each four bytes; first_tokens: of one at the start.
        usd_a_call: at worst; None without prices. first_usd_a_call: with a prompt of the start, guessed.
        tries: how often one call is made at most; every one of them may be charged.
        asks: whether a prompt of the start has room.
        context_tokens: what the model takes, None where the config does not say.
    """

    what: str
    role: str
    model: str
    calls: int | None
    expected_calls: float | None
    prompt_tokens: int
    answer_tokens: int
    guessed_tokens: int
    first_tokens: int
    usd_a_call: float | None
    first_usd_a_call: float | None
    tries: int
    asks: bool
    context_tokens: int | None

    @property
    def fits(self) -> str:
        """Whether the longest prompt and its answer fit: "yes", "probably", "no", or "unknown" without a context."""
        if not self.asks:
            return "no"
        if self.context_tokens is None:
            return "unknown"
        if self.prompt_tokens + self.answer_tokens <= self.context_tokens:
            return "yes"
        return "probably" if self.guessed_tokens + self.answer_tokens <= self.context_tokens else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a run can cost.

    Attributes:
        shares: one for every kind of request and every model that may answer it.
        calls: model calls at most, retries not counted; None where only time or evaluations end the run.
        tries_usd: if every try of every call is charged at its worst; None without an end, or without prices.
        usd: what the run can cost at most, None where nothing bounds it.
        bound: what makes it so: "calls", "budget.usd", "budget.tokens", or "" for nothing.
        first_usd: guessed: all calls answered at once, with prompts like the first.
    """

    shares: Sequence[Share]
    calls: int | None
    tries_usd: float | None
    usd: float | None
    bound: str
    first_usd: float | None


def shares_of(emitters: Sequence[Emitter], *, weighted: bool) -> list[float | None]:
    """Return each emitter's share of the tickets, None under a bandit."""
    total = sum(emitter.weight for emitter in emitters)
    return [emitter.weight / total if weighted and total > 0 else None for emitter in emitters]


def estimate(
    asked: Sequence[RequestKind], facts: Mapping[str, ModelFacts], budget: BudgetSpec, *, seeds: int
) -> Estimate:
    """Add up what a run can cost.

    Args:
        asked: every kind of request that the run makes.
        facts: of the run's models by role.
        budget: of the run.
        seeds: number of tickets that ask no model for a proposal.
    """
    tickets = budget.tickets
    proposals = None if tickets is None else max(0, tickets - seeds)
    counts = {
        Per.PROPOSAL: proposals,
        Per.FOLLOW_UP: proposals,
        Per.TICKET: tickets,
        Per.PROGRAM: _least(tickets, budget.evaluations),
    }
    shares = [share for each in asked for share in _shares(each, facts, counts[each.per])]
    one_of = (Per.PROPOSAL, Per.FOLLOW_UP)
    parts = [_one_of(shares, [each for each in asked if each.per is per], proposals) for per in one_of]
    parts += [_part(shares, [each], _calls(each, counts[each.per])) for each in asked if each.per not in one_of]
    calls = [part[0] for part in parts]
    tries_usd = _sum([part[1] for part in parts])
    bounds = {
        "budget.usd": budget.usd,
        "budget.tokens": None if budget.tokens is None else _dearest(facts, budget.tokens),
        "calls": tries_usd,
    }
    usd = _least(*bounds.values())
    return Estimate(
        shares=shares,
        calls=None if None in calls else sum(filter(None, calls)),
        tries_usd=tries_usd,
        usd=usd,
        bound="" if usd is None else next(name for name, value in bounds.items() if value == usd),
        first_usd=_sum([_product(share.expected_calls, share.first_usd_a_call) for share in shares]),
    )


def _shares(asked: RequestKind, facts: Mapping[str, ModelFacts], most: int | None) -> Iterator[Share]:
    calls = _calls(asked, most)
    for role, weight in (facts[asked.llm].shares or {asked.llm: 1.0}).items():
        expected = _product(most, asked.share, 1 / asked.every, weight)
        model = facts[role]
        longest, first = (_request(asked, prompt) for prompt in (asked.longest, asked.first))
        answer = min(asked.max_tokens, model.max_tokens or asked.max_tokens)
        prompt, beginning = worst_prompt_tokens(longest), _guessed(first.prompt)
        yield Share(
            what=asked.what,
            role=role,
            model=model.model,
            calls=calls,
            expected_calls=expected if expected is None or calls is None else min(expected, calls),
            prompt_tokens=prompt,
            answer_tokens=answer,
            guessed_tokens=_guessed(longest.prompt),
            first_tokens=beginning,
            usd_a_call=model.prices.usd(prompt, answer) if model.prices else None,
            first_usd_a_call=model.prices.usd(beginning, answer) if model.prices else None,
            tries=model.tries,
            asks=asked.asks,
            context_tokens=model.context_tokens,
        )


def _calls(asked: RequestKind, most: int | None) -> int | None:
    return None if most is None or asked.times is None else most * asked.times // asked.every


def _one_of(shares: Sequence[Share], asked: Sequence[RequestKind], most: int | None) -> tuple[int | None, float | None]:
    """Return the same of kinds of which a ticket makes one, as often as it may draw."""
    counts = [_calls(each, most) for each in asked]
    return _part(shares, asked, None if None in counts else max(filter(None, counts), default=0))


def _part(shares: Sequence[Share], asked: Sequence[RequestKind], calls: int | None) -> tuple[int | None, float | None]:
    """Return calls and usd at most of requests of which so many are made, each of the dearest kind."""
    kinds = {each.what for each in asked}
    if not kinds:
        return 0, 0.0
    costs = [_product(share.usd_a_call, share.tries) for share in shares if share.what in kinds]
    known = [cost for cost in costs if cost is not None]
    return calls, _product(calls, max(known)) if len(known) == len(costs) else None


def _request(asked: RequestKind, prompt: Prompt) -> Request:
    return Request(purpose="estimate", subject="", prompt=prompt, seed=0, llm=asked.llm, max_tokens=asked.max_tokens)


def _guessed(prompt: Prompt) -> int:
    return estimated_tokens(prompt.whole)


def _dearest(facts: Mapping[str, ModelFacts], tokens: int) -> float | None:
    """Return what so many tokens cost at most, None where a model has no price."""
    prices = [model.prices for model in facts.values()]
    if None in prices:
        return None
    return tokens * max([max(each.input, each.output) for each in prices if each] or [0.0]) / _MILLION


def _least(*values: _Number | None) -> _Number | None:
    return min((value for value in values if value is not None), default=None)


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _product(*values: float | None) -> float | None:
    known = [value for value in values if value is not None]
    return math.prod(known) if len(known) == len(values) else None
