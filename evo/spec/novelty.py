"""The part of a declared run that says which programs are too much like earlier ones to be scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from evo.spec.validation import Text  # noqa: TC001 - read at run time, as kinds of fields

Share = Annotated[float, Field(gt=0, le=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingSpec:
    """Programs whose embeddings point the same way count as one.

    Attributes:
        llm: the role in `llms` that embeds.
        threshold: the least cosine that counts as the same.
    """

    llm: Text
    threshold: Share = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class NoveltySpec:
    """What counts as a repetition, beside an equal text; models are told of repetitions in later prompts.

    Attributes:
        normalised: programs that differ in names, comments and formatting alone.
        readded: the share of a program's added lines that its lineage had given up, from which on it is a step back.
        embedding: programs with nearly equal embeddings.
    """

    normalised: bool = True
    readded: Share | None = None
    embedding: EmbeddingSpec | None = None
