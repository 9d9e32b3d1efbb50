"""The part of a declared run that says what models are shown: prompts and insights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from evo.spec.validation import Count, Text  # noqa: TC001 - read at run time, as kinds of fields

Few = Annotated[int, Field(ge=0, le=6)]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptTokens:
    """The most that parts of a prompt may take, in tokens of three bytes.

    Attributes:
        total: the whole prompt; None leaves it to the model's `context_tokens`.
        inspirations, lineage, insights, feedback: these parts; what is over is left out, the least useful first.
            `feedback` is counted for each program.
    """

    total: Count | None = None
    inspirations: Count = 12_000
    lineage: Count = 6_000
    insights: Count = 1_500
    feedback: Count = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsSpec:
    """What prompts say, and how.

    Attributes:
        templates: a folder with templates that replace the shipped ones of the same names; stored with the run.
        lineage: "full" also shows what each step changed, what it did to the measures and what follows from it.
        ancestors: steps shown on the way to the parent.
        children: attempts from the parent that are shown, the best and the worst of them.
        tokens: how large prompts may get.
    """

    templates: Text | None = None
    lineage: Literal["brief", "full"] = "brief"
    ancestors: Few = 6
    children: Few = 6
    tokens: PromptTokens = field(default_factory=PromptTokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightsSpec:
    """An analyst that reads parents before they are changed.

    Attributes:
        arm: share of the tickets that are shown insights; the others show what they are worth.
        llm: the role in `llms` that is asked.
    """

    arm: Share = 0.5
    llm: Text = "fast"
