"""The part of a declared run that says when models are asked what to do next, instead of for programs."""

from __future__ import annotations

from dataclasses import dataclass

from evo.spec.validation import Count, Few, Text  # noqa: TC001 - read at run time, as kinds of fields


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticsSpec:
    """On stagnation a model is asked for fundamentally different approaches, and the next tickets try them.

    Attributes:
        patience: commits without a better program, and since the last tactics were tried.
        tickets: how many tickets try them.
        count: how many approaches are asked for.
        llm: the role in `llms` that is asked, for approaches and for the programs that follow them.
    """

    patience: Count = 40
    tickets: Count = 12
    count: Few = 4
    llm: Text = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesSpec:
    """Every so often a model sums up what worked, and prompts carry the newest such note.

    Attributes:
        every: commits between notes.
        llm: the role in `llms` that is asked.
    """

    every: Count = 50
    llm: Text = "fast"
