"""Emitters: configured sources of proposals, each one operator with a weight and a model.

An emitter decides which programs a ticket starts from; the prompt's template of the same name decides what is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selection import Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Program ids to start from; no parents when the archive is empty (the caller then takes a seed)."""

    parents: tuple[str, ...]
    inspirations: tuple[str, ...] = ()


class Emitter(Protocol):
    """A source of proposals.

    Attributes:
        operator: the proposal's operator, and the name of the prompt's template.
        weight: its share of the tickets, relative to the other emitters; finite and at least 0.
        llm: the role in the run's `llms` that answers.
    """

    operator: ClassVar[str]

    @property
    def weight(self) -> float: ...  # noqa: D102 - see Attributes
    @property
    def llm(self) -> str: ...  # noqa: D102 - see Attributes

    def choose(self, archive: Archive, selector: Selector, rng: Random) -> Choice:
        """Choose parents and inspirations from one island's archive; draws from `rng` only."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """Asks for small changes to one parent, as SEARCH/REPLACE blocks.

    Attributes:
        inspirations: other programs shown beside the parent, at most.
    """

    operator: ClassVar[str] = "diff"
    llm: str = "fast"
    weight: float = 1.0
    inspirations: int = 2

    def __post_init__(self) -> None:
        """Check the options."""
        _check(self.operator, self.weight, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random) -> Choice:
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        return _one_parent(archive, selector, rng, inspirations=self.inspirations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Asks for a whole new version of one parent.

    Attributes:
        inspirations: other programs shown beside the parent, at most.
    """

    operator: ClassVar[str] = "rewrite"
    llm: str = "fast"
    weight: float = 1.0
    inspirations: int = 2

    def __post_init__(self) -> None:
        """Check the options."""
        _check(self.operator, self.weight, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random) -> Choice:
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        return _one_parent(archive, selector, rng, inspirations=self.inspirations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """Asks for one program that joins what is good in two parents.

    Attributes:
        inspirations: other programs shown beside the parents, at most.
    """

    operator: ClassVar[str] = "crossover"
    llm: str = "fast"
    weight: float = 1.0
    inspirations: int = 1

    def __post_init__(self) -> None:
        """Check the options."""
        _check(self.operator, self.weight, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random) -> Choice:
        """Choose two distinct parents by the selector; with one program in the archive, that one alone."""
        if not len(archive):
            return Choice(parents=())
        drawn = selector.select(archive, 2, rng)
        parents = tuple(dict.fromkeys(elite.program for elite in drawn))
        return Choice(parents=parents, inspirations=_others(archive, parents, self.inspirations, rng))


def pick(emitters: Sequence[Emitter], rng: Random) -> Emitter:
    """Draw one emitter in proportion to the weights; one draw from `rng`.

    Raises:
        EvoError: no emitter, or all weights are zero.
    """
    if sum(emitter.weight for emitter in emitters) <= 0:
        msg = f"{len(emitters)} emitters with no weight in all; expected one or more with a positive weight"
        raise EvoError(msg)
    return rng.choices(emitters, weights=[emitter.weight for emitter in emitters])[0]


def _one_parent(archive: Archive, selector: Selector, rng: Random, *, inspirations: int) -> Choice:
    if not len(archive):
        return Choice(parents=())
    parents = (selector.select(archive, 1, rng)[0].program,)
    return Choice(parents=parents, inspirations=_others(archive, parents, inspirations, rng))


def _others(archive: Archive, parents: tuple[str, ...], count: int, rng: Random) -> tuple[str, ...]:
    """Return the best program first, then others from anywhere in the archive: quality, then diversity."""
    best = archive.best()
    chosen = [best.program] if best and best.program not in parents and count > 0 else []
    # One index more than needed for each program that may not be drawn again: the cost does not grow with the archive.
    drawn = rng.sample(range(len(archive)), min(len(archive), count + len(parents) + len(chosen)))
    for index in drawn:
        program = archive[index].program
        if len(chosen) < count and program not in parents and program not in chosen:
            chosen.append(program)
    return tuple(chosen)


def _check(operator: str, weight: float, inspirations: int) -> None:
    if not (math.isfinite(weight) and weight >= 0) or inspirations < 0:
        msg = f"emitter {operator}: weight = {weight}, inspirations = {inspirations}; expected 0 or more, finite"
        raise EvoError(msg)
