"""Emitters: configured sources of proposals, each one operator with a weight and, but for `tune`, a model.

An emitter decides which programs a ticket starts from; the prompt's template of the same name decides what is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError
from evo.propose.inspirations import Inspire, best_and_others

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selection import Selector


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """Asks for small changes to one parent, as SEARCH/REPLACE blocks.

    Attributes:
        inspirations: other programs shown beside the parent, at most. inspire: which ones, see `inspirations.Inspire`.
    """

    operator: ClassVar[str] = "diff"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0
    inspirations: int = 2
    inspire: Inspire = "best"

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        return _one_parent(archive, selector, rng, inspirations=self.inspirations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """Asks for a whole new version of one parent.

    Attributes:
        inspirations: other programs shown beside the parent, at most. inspire: which ones, see `inspirations.Inspire`.
    """

    operator: ClassVar[str] = "rewrite"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0
    inspirations: int = 2
    inspire: Inspire = "best"

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose one parent by the selector; inspirations are the island's best and then any others."""
        return _one_parent(archive, selector, rng, inspirations=self.inspirations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """Asks for one program that joins what is good in two parents.

    Attributes:
        inspirations: other programs shown beside the parents, at most. inspire: which ones, as for `Diff`.
    """

    operator: ClassVar[str] = "crossover"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0
    inspirations: int = 1
    inspire: Inspire = "best"

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost, self.inspirations)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose two distinct parents by the selector; with one program in the archive, that one alone."""
        if not len(archive):
            return Choice(parents=())
        drawn = selector.select(archive, 2, rng)
        parents = tuple(dict.fromkeys(elite.program for elite in drawn))
        return Choice(parents=parents, inspirations=best_and_others(archive, parents, self.inspirations, rng))


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Asks what is wrong with a program that failed, and for the program put right."""

    operator: ClassVar[str] = "repair"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:
        """Choose any broken program; while there is none, a parent by the selector."""
        if broken:
            return Choice(parents=(rng.choice(broken),), fresh=True)
        return _one_parent(archive, selector, rng, inspirations=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scratch:
    """Asks for a program from nothing: a seed only shows the form."""

    operator: ClassVar[str] = "scratch"
    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose no parent, so that it is a seed."""
        return Choice(parents=(), fresh=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """Moves a few numbers of one parent, without a model; see `tuning.tuned`.

    Attributes:
        sigma: relative size of a step, over 0.
        numbers: how many numbers move at once, at least 1.
    """

    operator: ClassVar[str] = "tune"
    weight: float = 1.0
    cost: float = 1.0
    sigma: float = 0.15
    numbers: int = 2

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)
        if not (math.isfinite(self.sigma) and self.sigma > 0) or self.numbers < 1:
            msg = f"emitter tune: sigma = {self.sigma}, numbers = {self.numbers}; expected sigma over 0, numbers from 1"
            raise EvoError(msg)

    @property
    def llm(self) -> str:
        """No model."""
        return ""

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose one parent by the selector."""
        return _one_parent(archive, selector, rng, inspirations=0)


def able(emitters: Sequence[Emitter], broken: Sequence[str]) -> Sequence[Emitter]:
    """Return the emitters that have something to do: `repair` only while something is broken, or alone."""
    return emitters if broken else [each for each in emitters if each.operator != Repair.operator] or emitters


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
    return Choice(parents=parents, inspirations=best_and_others(archive, parents, inspirations, rng))


def check(operator: str, weight: float, cost: float, inspirations: int = 0) -> None:
    """Refuse an emitter with a share of the tickets, a cost or a number of inspirations that is none."""
    if not (math.isfinite(weight) and weight >= 0) or inspirations < 0:
        msg = f"emitter {operator}: weight = {weight}, inspirations = {inspirations}; expected 0 or more, finite"
        raise EvoError(msg)
    if not (math.isfinite(cost) and cost > 0):
        raise EvoError(f"emitter {operator}: cost = {cost}; expected a finite number over 0")
