"""From a model's answer to a Proposal: every way of failing has its outcome."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.canonical import fingerprint
from evo.edits import Edit, Refusal, apply, parse
from evo.errors import EvoError
from evo.propose.told import is_headed, read_told
from evo.records import BARREN, EXHAUSTED, Finish, Outcome, Program, Proposal
from evo.text import normalise_detail, sanitise

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from evo.edits import Editable
    from evo.records import Completion, Request, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReader:
    """Reads the answers of a run.

    Attributes:
        editable: what of a program may change.
        entry: the name that is called in it.
        outside: the roles whose answers somebody outside tells, or a program that edits files leaves.
        trusted: those of them whose answers may tell a score.
        measures: those that every score of the run comes with.
    """

    editable: Editable
    entry: str = ""
    outside: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()
    measures: Collection[str] = ()

    def read(self, ticket: Ticket, request: Request, completion: Completion, parents: Sequence[Program]) -> Proposal:
        """Turn the answer to a ticket's request into its Proposal; see `read`."""
        if completion.finish is Finish.STOP and request.llm in self.outside and is_headed(completion.text):
            return self._told(ticket, request, completion, parents)
        return read(ticket, request, completion, parents, editable=self.editable, entry=self.entry)

    def _told(self, ticket: Ticket, request: Request, completion: Completion, parents: Sequence[Program]) -> Proposal:
        """Read what somebody outside told; the score counts where the run trusts whoever tells."""
        summary, score = "", None
        result: Program | Refusal
        try:
            found, score = read_told(completion.text, self.measures if request.llm in self.trusted else None)
            edit = found if isinstance(found, Edit) else parse(found, base=parents[0], entry=self.entry)
            summary = edit.summary if isinstance(edit, Edit) else ""
            result = apply(parents[0], edit, editable=self.editable) if isinstance(edit, Edit) else edit
        except EvoError as error:
            # Whoever tells is told so at once; what comes here was stored otherwise.
            result, score = Refusal(outcome=Outcome.UNPARSABLE, detail=str(error)), None
        proposal = _proposal(ticket, request, completion, result, summary)
        return replace(proposal, told=score) if score and proposal.program else proposal


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
            # Why there is no edit, where the model knows: it had none to make.
            said = completion.detail
            result = replace(edit, detail=said) if said in {EXHAUSTED, BARREN} else edit
    return _proposal(ticket, request, completion, result, summary)


def _proposal(
    ticket: Ticket, request: Request, completion: Completion, result: Program | Refusal, summary: str
) -> Proposal:
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
        case Finish.LAPSED:
            return Refusal(outcome=Outcome.ABANDONED, detail=completion.detail or "nobody told in time")
        case Finish.STOP:
            return None
