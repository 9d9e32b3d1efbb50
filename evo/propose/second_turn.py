"""An answer that cannot be used, asked for once more: the same conversation, with what was wrong and what is there.

A model that is told which line did not fit, and what stands there, mostly mends its answer; asked anew, it would begin
from nothing. The second answer is read like the first and counts in its place, whatever it says.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evo.edits.frames import show
from evo.records import FOLLOW_UP, Outcome
from evo.rng import derive
from evo.text import cut

if TYPE_CHECKING:
    from evo.records import Completion, Proposal, Request

MENDABLE = frozenset({Outcome.UNPARSABLE, Outcome.NOT_APPLICABLE})
"""What a second turn can mend: the words were there, but did not say a change of this program."""

SAID_MAX_BYTES, REPLY_MAX_BYTES = 24_000, 4_000
_NOTHING = "(An answer without anything that could be read.)"
_REPLY = """\
Your answer could not be used. {outcome}: {detail}

Answer once more, in the form that was asked for, with everything that is to change: nothing of the answer above was
applied. Quote lines exactly as they stand in the program that you were shown."""


def follow_up(request: Request, completion: Completion, proposal: Proposal) -> Request:
    """Return the request that asks once more; a function of what was asked and said, and of nothing else.

    Thoughts are not handed back: providers advise against it, and they are the larger part.

    Args:
        request: the first one.
        completion: its answer.
        proposal: what came of it: an outcome among `MENDABLE`, with the reason.
    """
    said = "\n".join(show(completion.text).lines).strip() or _NOTHING
    reply = _REPLY.format(outcome=proposal.outcome, detail=proposal.detail)
    turns = (cut(said, SAID_MAX_BYTES), cut(reply, REPLY_MAX_BYTES))
    return _again(request, turns)


def longest_follow_up(request: Request) -> Request:
    """Return a request as large as any that can follow one, for what it can cost at most."""
    return _again(request, ("x" * SAID_MAX_BYTES, "x" * REPLY_MAX_BYTES))


def _again(request: Request, turns: tuple[str, str]) -> Request:
    return replace(
        request,
        attempt=request.attempt + FOLLOW_UP,
        prompt=replace(request.prompt, turns=turns),
        seed=derive(request.seed, "second_turn", 0),
    )
