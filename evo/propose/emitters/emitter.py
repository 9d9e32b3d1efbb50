"""Emitters: configured sources of proposals, each one operator with a weight and, but for `tune`, a model.

An emitter decides which programs a ticket starts from; the prompt's template of the same name decides what is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError
from evo.propose.inspirations import best_and_others

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Program ids to start from; without parents the caller takes a seed.

    Attributes:
        fresh: nothing but the seed is wanted; otherwise other seeds serve as inspirations.
    """

    parents: tuple[str, ...]
    inspirations: tuple[str, ...] = ()
    fresh: bool = False


class Emitter(Protocol):
    """A source of proposals.

    Attributes:
        operator: the proposal's operator, and the name of the prompt's template.
        weight: its share of the tickets, relative to the other emitters; finite and at least 0.
        llm: the role in the run's `llms` that answers; "" when no model is asked.
        cost: what a ticket of it costs, relative to the other emitters; finite and over 0.
    """

    operator: ClassVar[str]

    @property
    def weight(self) -> float: ...  # noqa: D102 - see Attributes
    @property
    def llm(self) -> str: ...  # noqa: D102 - see Attributes
    @property
    def cost(self) -> float: ...  # noqa: D102 - see Attributes

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:
        """Choose parents and inspirations for a ticket; draws from `rng` only.

        Args:
            archive: what parents are selected from; may be empty.
            selector: how.
            rng: the only source of chance.
            broken: programs of the same island that failed and that no one has tried to repair, oldest first.
        """
        ...


def able(emitters: Sequence[Emitter], broken: Sequence[str]) -> Sequence[Emitter]:
    """Return the emitters that have something to do: `repair` only while something is broken, or alone."""
    return emitters if broken else [each for each in emitters if each.operator != "repair"] or emitters


def pick(emitters: Sequence[Emitter], rng: Random) -> Emitter:
    """Draw one emitter in proportion to the weights; one draw from `rng`.

    Raises:
        EvoError: no emitter, or all weights are zero.
    """
    if sum(emitter.weight for emitter in emitters) <= 0:
        msg = f"{len(emitters)} emitters with no weight in all; expected one or more with a positive weight"
        raise EvoError(msg)
    return rng.choices(emitters, weights=[emitter.weight for emitter in emitters])[0]


def one_parent(archive: Archive, selector: Selector, rng: Random, *, inspirations: int) -> Choice:
    """Choose one parent by the selector; inspirations are the island's best and then any others."""
    if not len(archive):
        return Choice(parents=())
    parents = (selector.select(archive, 1, rng)[0].program,)
    return Choice(parents=parents, inspirations=best_and_others(archive, parents, inspirations, rng))


def check(operator: str, weight: float, cost: float, inspirations: int = 0) -> None:
    """Refuse an emitter with a share of the tickets, a cost or a number of inspirations that is none."""
    if not (math.isfinite(weight) and weight >= 0) or inspirations < 0:
        msg = f"emitter {operator}: weight = {weight}, inspirations = {inspirations}; expected 0 or more, finite"
        raise EvoError(msg)
    if not (math.isfinite(cost) and cost > 0):
        raise EvoError(f"emitter {operator}: cost = {cost}; expected a finite number over 0")
