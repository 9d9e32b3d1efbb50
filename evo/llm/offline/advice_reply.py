"""Advice without a model: untried ideas serve as approaches, and a note lists what gained and what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.llm.offline.ideas import IN_VAIN, WORKED, order_ideas

if TYPE_CHECKING:
    from random import Random

    from evo.llm.offline.ideas import Idea
    from evo.llm.offline.prompt_reader import Seen

_NOTED = 4


def tactics(seen: Seen, ideas: tuple[Idea, ...], rng: Random) -> str:
    """Answer with ideas, those first that none of the steps of the prompt has tried."""
    said = [step.summary for step in (*seen.ancestors, *seen.worked, *seen.failed)]
    drawn = order_ideas(ideas, seen, rng)
    tried = {idea.summary: sum(idea.summary in summary for summary in said) for idea in drawn}
    ranked = sorted(drawn, key=lambda idea: tried[idea.summary])
    return "".join(f"- {idea.sentence}\n" for idea in ranked[: seen.wanted]) or "No idea comes with this problem.\n"


def notes(seen: Seen) -> str:
    """Answer with the steps that gained most and with those that did not, in their own words."""
    lines = [f"- {WORKED}{step.summary}\n" for step in seen.worked[:_NOTED] if step.summary]
    won = {step.summary for step in seen.worked}
    lost = [step.summary for step in reversed(seen.failed) if step.summary and step.summary not in won]
    return "".join([*lines, *(f"- {IN_VAIN}{summary}\n" for summary in lost[:_NOTED])]) or "Nothing yet.\n"
