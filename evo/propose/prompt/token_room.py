"""How large a prompt may get, and what has to go first when it is larger.

Sections have budgets of their own. What is over the whole is then taken away in this order, one at a time until the
prompt fits: inspirations (worst first), attempts on the parent (those named alone first, oldest first; then those
between best and worst), ancestors (oldest first), notes (last first), insights (least severe first), feedback (to 512
bytes, then all of it, that of the first parent last), the further parents of a crossover (last first). The first
parent's program stays whole, and so does the approach that a ticket is to follow, or nothing is asked. What was left
out is said in the prompt.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from evo.propose.prompt.filters import INSPIRATION_MAX_BYTES, insight_line, step_line, tried_line, troubles
from evo.text import DETAIL_MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evo.config.sections import PromptTokens
    from evo.propose.prompt.context import PromptContext, Shown

TOKEN_BYTES = 3
"""Code and figures take more tokens than prose; three bytes a token errs on the safe side."""

_INSPIRATION_FRAME_BYTES = 600
_SHORT_FEEDBACK_BYTES = 512


def tokens(text: str) -> int:
    """Return an estimate of a text's tokens that errs on the safe side."""
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / TOKEN_BYTES)


def sectioned(context: PromptContext, most: PromptTokens) -> PromptContext:
    """Return the context with every section within its budget.

    Args:
        context: inspirations worst first.
        most: the budgets.
    """
    feedback = most.feedback * TOKEN_BYTES
    if feedback < DETAIL_MAX_BYTES:
        context = replace(context, parents=tuple(replace(p, feedback_max_bytes=feedback) for p in context.parents))
        shorter = tuple(replace(p, feedback_max_bytes=feedback) for p in context.inspirations)
        context = replace(context, inspirations=shorter)
    for size, limit, cuts in (
        (_inspirations, most.inspirations, _fewer_inspirations),
        (_lineage, most.lineage, _shorter_lineage),
        (_insights, most.insights, _fewer_insights),
    ):
        context = _until(context, lambda each, size=size, limit=limit: size(each) <= limit, cuts)
    return context


def shorter(context: PromptContext) -> Iterator[PromptContext]:
    """Yield ever smaller contexts, in the order of cutting, until only the first parent is left."""
    for cuts in (_fewer_inspirations, _shorter_lineage, _fewer_notes, _fewer_insights, _less_feedback, _fewer_parents):
        for smaller in cuts(context):
            context = smaller
            yield context


def _until(
    context: PromptContext,
    fits: Callable[[PromptContext], bool],
    cuts: Callable[[PromptContext], Iterator[PromptContext]],
) -> PromptContext:
    if fits(context):
        return context
    for smaller in cuts(context):
        context = smaller
        if fits(context):
            break
    return context


def _fewer_inspirations(context: PromptContext) -> Iterator[PromptContext]:
    while context.inspirations:
        left_out = (*context.left_out, "inspiration")
        context = replace(context, inspirations=context.inspirations[1:], left_out=left_out)
        yield context


def _shorter_lineage(context: PromptContext) -> Iterator[PromptContext]:
    while context.tried:
        left_out = (*context.left_out, "earlier attempt")
        context = replace(context, tried=context.tried[1:], left_out=left_out)
        yield context
    while context.attempts:
        middle = len(context.attempts) // 2
        kept = (*context.attempts[:middle], *context.attempts[middle + 1 :])
        context = replace(context, attempts=kept, left_out=(*context.left_out, "earlier attempt"))
        yield context
    while context.ancestors:
        left_out = (*context.left_out, "ancestor")
        context = replace(context, ancestors=context.ancestors[1:], left_out=left_out)
        yield context


def _fewer_notes(context: PromptContext) -> Iterator[PromptContext]:
    while context.notes:
        context = replace(context, notes=context.notes[:-1], left_out=(*context.left_out, "note"))
        yield context


def _fewer_insights(context: PromptContext) -> Iterator[PromptContext]:
    for place in reversed(range(len(context.parents))):
        while context.parents[place].insights:
            kept = replace(context.parents[place], insights=context.parents[place].insights[:-1])
            context = replace(_with(context, place, kept), left_out=(*context.left_out, "insight"))
            yield context


def _less_feedback(context: PromptContext) -> Iterator[PromptContext]:
    for place in reversed(range(len(context.parents))):
        for limit in (_SHORT_FEEDBACK_BYTES, 0):
            parent = context.parents[place]
            if troubles(parent) and parent.feedback_max_bytes > limit:
                context = _with(context, place, replace(parent, feedback_max_bytes=limit))
                if not limit:
                    context = replace(context, left_out=(*context.left_out, "feedback"))
                yield context


def _fewer_parents(context: PromptContext) -> Iterator[PromptContext]:
    while len(context.parents) > 1:
        left_out = (*context.left_out, "further parent")
        context = replace(context, parents=context.parents[:-1], left_out=left_out)
        yield context


def _with(context: PromptContext, place: int, parent: Shown) -> PromptContext:
    return replace(context, parents=(*context.parents[:place], parent, *context.parents[place + 1 :]))


def _inspirations(context: PromptContext) -> int:
    return sum(_inspiration(shown) for shown in context.inspirations)


def _inspiration(shown: Shown) -> int:
    files = shown.program.files.values()
    size = sum(min(len(text.encode("utf-8", "surrogatepass")), INSPIRATION_MAX_BYTES) for text in files)
    return math.ceil((size + _INSPIRATION_FRAME_BYTES) / TOKEN_BYTES) + tokens(troubles(shown))


def _lineage(context: PromptContext) -> int:
    steps = sum(tokens(step_line(step)) for step in (*context.attempts, *context.ancestors))
    return steps + sum(tokens(tried_line(each)) for each in context.tried)


def _insights(context: PromptContext) -> int:
    return sum(tokens(insight_line(insight)) for shown in context.parents for insight in shown.insights)
