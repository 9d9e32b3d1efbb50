"""What a model answered to the first question of a run: usage, cap, price of a ticket, and what would go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.records import Finish, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evo.canonical import JSON
    from evo.config.sections import BudgetSpec
    from evo.llm.model import ModelFacts
    from evo.llm.probe import Probe
    from evo.records import Completion, Proposal

_MOSTLY = 0.5
_SHOWN_CHARS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One address with its answer.

    Attributes:
        role: in the run's `llms`.
        proposal: what would come of the answer; None where there is none, or where it was asked for a word alone.
        budget: of the run.
    """

    role: str
    probe: Probe
    facts: ModelFacts
    budget: BudgetSpec
    proposal: Proposal | None = None

    @property
    def worst_usd(self) -> float | None:
        """The most that such a ticket can cost; None where nobody knows."""
        answer, prices = self.probe.completion, self.facts.prices
        return prices.usd(answer.prompt_tokens, self.facts.answer_tokens) if answer and prices else None

    @property
    def cost_usd(self) -> float | None:
        """What the answer cost; None where nobody knows."""
        answer, prices = self.probe.completion, self.facts.prices
        if answer is None or prices is None:
            return None
        return answer.cost_usd or prices.usd(answer.prompt_tokens, answer.completion_tokens, answer.cached_tokens)


def told(asked: Asked) -> list[str]:
    """Return what people are told of it, a line each."""
    probe, answer = asked.probe, asked.probe.completion
    lines = [f"{probe.where}: {'answers' if probe.answers else 'DOES NOT ANSWER'}, {probe.detail}"]
    lines[0] += f"; refuses {', '.join(probe.refused)}" if probe.refused else ""
    if answer is not None and asked.proposal is not None:
        lines[0] += f"; {probe.seconds:.1f} s"
        lines += [
            f"  usage       {_usage(answer)}",
            f"  cap         {_cap(asked, answer)}",
            f"  one ticket  {_price(asked)}",
        ]
        lines.append(
            f"  came to     {asked.proposal.outcome}: {_short(asked.proposal.summary or asked.proposal.detail)}"
        )
    return [*lines, *(f"  would go wrong: {flaw}" for flaw in flaws(asked))]


def data(asked: Asked) -> Mapping[str, JSON]:
    """Return the same as plain data."""
    probe, answer, proposal = asked.probe, asked.probe.completion, asked.proposal
    return {
        "where": probe.where,
        "answers": probe.answers,
        "detail": probe.detail,
        "refused": list(probe.refused),
        "seconds": round(probe.seconds, 3),
        "prompt_tokens": answer.prompt_tokens if answer else None,
        "cached_tokens": answer.cached_tokens if answer else None,
        "completion_tokens": answer.completion_tokens if answer else None,
        "reasoning_tokens": answer.reasoning_tokens if answer else None,
        "estimated": answer.estimated if answer else None,
        "finish": str(answer.finish) if answer else None,
        "cap": asked.facts.answer_tokens,
        "cost_usd": asked.cost_usd,
        "worst_usd": asked.worst_usd,
        "outcome": str(proposal.outcome) if proposal else None,
        "would_go_wrong": list(flaws(asked)),
    }


def flaws(asked: Asked) -> Sequence[str]:
    """Return what would go wrong in a run, each with what to do."""
    answer, proposal = asked.probe.completion, asked.proposal
    if answer is None or proposal is None:
        return ()
    return [*_of_answer(asked, answer, proposal), *_of_money(asked, answer)]


def _of_answer(asked: Asked, answer: Completion, proposal: Proposal) -> Iterator[str]:
    if answer.finish is Finish.LENGTH:
        yield (
            f"the answer was cut off after {answer.completion_tokens} tokens; raise llms.{asked.role}.max_tokens, "
            "or lower its reasoning effort"
        )
    elif proposal.outcome is not Outcome.PROPOSED:
        yield f"the answer would be {proposal.outcome}: {_short(proposal.detail)}"
    if answer.reasoning_tokens > _MOSTLY * answer.completion_tokens and asked.facts.thinking == "aloud":
        yield f"it thinks by itself and is asked to think aloud as well; set llms.{asked.role}.thinking to brief"


def _of_money(asked: Asked, answer: Completion) -> Iterator[str]:
    if answer.estimated:
        yield "no usage came with the answer: tokens are guessed, one for each four bytes, and budgets with them"
    limit, worst = asked.budget.usd, asked.worst_usd
    if limit is not None and worst is None:
        yield f"budget.usd is refused without prices; set llms.{asked.role}.prices"
    elif limit is not None and worst is not None and worst > limit:
        yield f"one ticket can cost {worst:.4g} usd, over budget.usd = {limit:g}: nothing would be asked"
    most = asked.budget.tokens
    if most is not None and answer.prompt_tokens + asked.facts.answer_tokens > most:
        yield f"one ticket can take more tokens than budget.tokens = {most}: nothing would be asked"


def _usage(answer: Completion) -> str:
    cached = f" ({answer.cached_tokens} cached)" if answer.cached_tokens else ""
    thought = f" ({answer.reasoning_tokens} of reasoning)" if answer.reasoning_tokens else ""
    source = "guessed" if answer.estimated else "as the endpoint says"
    return f"{answer.prompt_tokens} prompt{cached} + {answer.completion_tokens} answer{thought} tokens, {source}"


def _cap(asked: Asked, answer: Completion) -> str:
    cap = asked.facts.answer_tokens
    return f"{cap} tokens an answer; this one took {answer.completion_tokens / cap:.0%}"


def _price(asked: Asked) -> str:
    if asked.cost_usd is None or asked.worst_usd is None:
        return f"unknown: no prices for llms.{asked.role}"
    return f"{asked.cost_usd:.4g} usd, at most {asked.worst_usd:.4g}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_CHARS else f"{line[: _SHOWN_CHARS - 1]}…"
