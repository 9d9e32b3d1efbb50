"""Answers read as a run read them, where this version would read them otherwise.

A grammar of answers gets better; what was made of an answer then is on record, and everything that came after rests on
it. So answers that were read by an earlier grammar are read anew and compared, but what is on record counts: that the
two differ is told as what it is, a difference between grammars, and is no damage.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.propose.answer import AnswerReader
    from evo.records import Completion, Program, Proposal, Request, Ticket
    from evo.store.reading.answers import StoredAnswers
    from evo.store.reading.view import RunView


class AsRecorded:
    """Reads answers like the reader that it is made of, but for tickets that an earlier grammar read.

    Args:
        reader: of this version.
        view: the run.
        tickets: whose answers were read by an earlier grammar.

    Attributes:
        otherwise: those of them whose answers this version reads otherwise, in the order in which they came.
    """

    def __init__(self, reader: AnswerReader, view: RunView, tickets: frozenset[int]) -> None:
        self._reader, self._view, self._tickets = reader, view, tickets
        self.otherwise: list[int] = []

    def read(self, ticket: Ticket, request: Request, completion: Completion, parents: Sequence[Program]) -> Proposal:
        """Turn an answer into the proposal that is on record for its ticket."""
        now = self._reader.read(ticket, request, completion, parents)
        if ticket.number not in self._tickets or (stored := self._view.commit(ticket.number)) is None:
            return now
        then = stored.proposal
        if then.outcome is Outcome.ABANDONED:
            return now  # by a person, whatever was read
        if then.answers[-1:] != now.answers[-1:]:
            return now  # another answer: that is what differs, and it will be told
        outcome = Outcome.PROPOSED if then.program else then.outcome
        if (outcome, then.program) != (now.outcome, now.program):
            self.otherwise.append(ticket.number)
        detail = "" if then.program else then.detail
        return replace(now, outcome=outcome, program=then.program, summary=then.summary, detail=detail)


class StoredTurns:
    """The follow-ups that a run made: those whose answers it holds.

    Args:
        answers: of the run.
    """

    def __init__(self, answers: StoredAnswers) -> None:
        self._answers = answers

    def may(self, request: Request) -> bool:
        """Tell whether the run made a follow-up for this ticket."""
        return self._answers.answered(request.purpose, request.subject, request.attempt)

    def may_draw(self, request: Request) -> bool:
        """Tell whether the run asked for another answer."""
        return self._answers.answered(request.purpose, request.subject, request.attempt)
