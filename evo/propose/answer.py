"""From a model's answer to a Proposal: every way of failing has its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.canonical import fingerprint
from evo.edits import Edit, Refusal, apply, parse
from evo.records import Finish, Outcome, Program, Proposal
from evo.text import normalise_detail, sanitise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.edits import Editable
    from evo.records import Completion, Request, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReader:
    """Reads the answers of a run.

    Attributes:
        editable: what of a program may change.
        entry: the name that is called in it.
    """

    editable: Editable
    entry: str = ""

    def read(self, ticket: Ticket, request: Request, completion: Completion, parents: Sequence[Program]) -> Proposal:
        """Turn the answer to a ticket's request into its Proposal; see `read`."""
        return read(ticket, request, completion, parents, editable=self.editable, entry=self.entry)


def read(
    ticket: Ticket,
    request: Request,
    completion: Completion,
    parents: Sequence[Program],
    *,
    editable: Editable,
    entry: str = "",
) -> Proposal:
    """Turn the answer to a ticket's request into its Proposal.

    Answers to any operator may be blocks or a full rewrite: a model that rewrites when asked for a diff has still
    proposed a program. A truncated answer is never parsed, since half a program may look whole. A program equal to a
    parent is PROPOSED here; novelty is judged where all programs are known.

    Args:
        ticket: the right to this attempt.
        request: what was asked.
        completion: what came, sanitised and durable.
        parents: the programs of `ticket.parents`, in that order, at least one; the edit is applied to the first.
        editable: what of the program may change.
        entry: the name that is called in it.
    """
    summary, result = "", _refused(completion)
    if result is None:
        edit = parse(sanitise(completion.text), base=parents[0], entry=entry)
        if isinstance(edit, Edit):
            summary = edit.summary
            result = apply(parents[0], edit, editable=editable)
        else:
            result = edit
    program = result if isinstance(result, Program) else None
    return Proposal(
        ticket=ticket.number,
        island=ticket.island,
        operator=ticket.operator,
        outcome=result.outcome if isinstance(result, Refusal) else Outcome.PROPOSED,
        parents=ticket.parents,
        inspirations=ticket.inspirations,
        llm=request.llm,
        requests=(request.hash,),
        answers=(fingerprint(completion.text),),
        program=program,
        summary=summary,
        detail=normalise_detail(result.detail if isinstance(result, Refusal) else completion.detail),
    )


def _refused(completion: Completion) -> Refusal | None:
    """Return how the model failed to answer, or None when there is an answer to parse."""
    match completion.finish:
        case Finish.ERROR:
            detail = completion.detail or "the model gave no answer and no reason"
            return Refusal(outcome=Outcome.LLM_ERROR, detail=detail)
        case Finish.REFUSAL:
            detail = completion.text or completion.detail or "the model refused without words"
            return Refusal(outcome=Outcome.REFUSED, detail=detail)
        case Finish.LENGTH:
            why = completion.detail or "raise max_tokens"
            detail = f"the answer stopped at its limit after {completion.completion_tokens} tokens; {why}"
            return Refusal(outcome=Outcome.TRUNCATED, detail=detail)
        case Finish.STOP:
            return None
