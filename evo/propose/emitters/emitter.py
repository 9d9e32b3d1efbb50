"""Emitters: configured sources of proposals, each one operator with a weight, and with a template or a `make`.

An emitter owns everything about its operator: which programs a ticket starts from, what a model is asked, or how a
program is made where no model is asked, and what the rest of a run has to know of it. Nobody else compares its name or
its class, so a new operator is one file, with its template beside it, and a line in the table of emitters.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol

from evo.errors import EvoError, SpecError
from evo.propose.inspirations import Inspire, best_and_others, drawn
from evo.records import Outcome, Program, Proposal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.edits import Editable, Refusal
    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
    from evo.records import Ticket

_PACKAGE = Path(__file__).parents[2]
_PICKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Program ids to start from; without parents the caller takes a seed.

    Attributes:
        fresh: nothing but the seed is wanted; otherwise other seeds serve as inspirations.
    """

    parents: tuple[str, ...]
    inspirations: tuple[str, ...] = ()
    fresh: bool = False


class Past(Protocol):
    """What a run remembers of the programs that are there; `search.state.State` in a run."""

    def joined(self, programs: Sequence[str]) -> bool:
        """Tell whether these programs were already parents together."""
        ...

    def kin(self, one: str, other: str) -> bool:
        """Tell whether one of two programs is the other's child."""
        ...

    def wasted(self, program: str) -> int:
        """Return how many of the last attempts on a program, without a break, only repeated what was there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What an emitter sees of a run when a ticket is issued: the state after the ticket's `after_seq`.

    Attributes:
        archive: what parents are selected from; may be empty.
        selector: how.
        broken: programs of the same island that failed and that no one has tried to mend, oldest first.
        archives: what may inspire: of all islands, or the pool alone where a run has no history.
        island: the index in `archives` of the one that the ticket is for.
        editable: what of a program may change.
        language: of the seeds; "" where it is not known.
        size: characters of the longest seed; 0 where it is not known.
        past: what was tried on the programs; None where a run does not heed it.
    """

    archive: Archive
    selector: Selector
    broken: Sequence[str] = ()
    archives: Sequence[Archive] = ()
    island: int = 0
    editable: Editable = "whole"
    language: str = ""
    size: int = 0
    past: Past | None = None

    def tests(self, program: str) -> int:
        """Return how many scores of a program are known; 0 while there is no elite at all."""
        return self.archive.tests(program) if len(self.archive) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What of a run's declaration an emitter may rest upon.

    Attributes:
        noise: whether another score of an elite counts: archives heed the noise of scores, and parents come from them.
    """

    noise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a model is asked with: a Jinja2 template, in a file that is read when it is needed, or as a text.

    Attributes:
        path: the file; None where the text is given.
        words: the text; "" where it lies in a file.
    """

    path: Path | None = None
    words: str = field(default="", repr=False)

    @classmethod
    def beside(cls, module: str, name: str = "") -> Template:
        """Return the template in a file beside a module, given as its `__file__`; by default that of the same name."""
        path = Path(module)
        return cls(path=path.with_name(name) if name else path.with_suffix(".j2"))

    @classmethod
    def of(cls, words: str) -> Template:
        """Return the template with this text."""
        return cls(words=words)

    @property
    def shipped(self) -> bool:
        """Whether it comes with this package; any other is rendered in a sandbox."""
        return self.path is not None and self.path.is_relative_to(_PACKAGE)

    def text(self) -> str:
        """Return the text.

        Raises:
            SpecError: the file cannot be read.
        """
        if self.path is None:
            return self.words
        try:
            return self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SpecError(f"cannot be read as UTF-8 text ({error})", path=str(self.path)) from error


class Emitter(Protocol):
    """A source of proposals; `AskingEmitter` and `MakingEmitter` have defaults for all but what makes it special.

    Attributes:
        operator: the proposal's operator: lower-case letters, digits and underscores.
        template: what a model is asked with; None: no model is asked, and `make` makes the proposal.
        rewarded: whether what becomes of its child counts for a bandit; its tries count in any case.
        mends: whether its child takes its first parent off the list of broken programs, whatever becomes of it.
        weight: its share of the tickets, relative to the other emitters; finite and at least 0.
        llm: the role in the run's `llms` that answers; "" when no model is asked.
        cost: what a ticket of it costs, relative to the other emitters; finite and over 0.
    """

    operator: ClassVar[str]
    template: ClassVar[Template | None]
    rewarded: ClassVar[bool]
    mends: ClassVar[bool]

    @property
    def weight(self) -> float: ...  # noqa: D102 - see Attributes
    @property
    def llm(self) -> str: ...  # noqa: D102 - see Attributes
    @property
    def cost(self) -> float: ...  # noqa: D102 - see Attributes

    def able(self, scene: Scene) -> bool:
        """Tell whether it has something to do now; where no emitter has, all of them may be picked."""
        ...

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose parents and inspirations for a ticket; draws from `rng` only."""
        ...

    def make(self, scene: Scene, ticket: Ticket, parents: Sequence[Program], rng: Random) -> Proposal:
        """Make the proposal of a ticket without a model; only called where there is no template.

        Args:
            scene: what `choose` saw.
            ticket: with the parents that were chosen, or a seed in their place.
            parents: the programs of `ticket.parents`, at least one.
            rng: the only source of chance: a stream of the operator and the ticket.

        Returns:
            The proposal. Its parents are those that its program descends from: none where it is no child of anyone.
        """
        ...

    def needs(self, setting: Setting) -> str:
        """Say why it cannot work in a run of this kind; "" where it can."""
        ...


class EmitterDefaults(ABC):
    """What an emitter is unless it says otherwise."""

    __slots__ = ()

    operator: ClassVar[str]
    template: ClassVar[Template | None] = None
    rewarded: ClassVar[bool] = True
    mends: ClassVar[bool] = False

    @abstractmethod
    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose parents and inspirations for a ticket; draws from `rng` only."""

    def make(self, scene: Scene, ticket: Ticket, parents: Sequence[Program], rng: Random) -> Proposal:
        """Refuse: an emitter has a template, or a `make` of its own."""
        del scene, ticket, parents, rng
        raise EvoError(f"emitter {self.operator}: expected a `template` to ask a model with, or a method `make`")

    def able(self, scene: Scene) -> bool:  # noqa: ARG002 - the protocol's signature
        """Tell that there is always something to do."""
        return True

    def needs(self, setting: Setting) -> str:  # noqa: ARG002 - the protocol's signature
        """Say that it works in every run."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingEmitter(EmitterDefaults):
    """An emitter that asks a model; what is left to be said are `operator`, `template` and `choose`.

    Attributes:
        llm, weight, cost: as of `Emitter`.
    """

    llm: str = "fast"
    weight: float = 1.0
    cost: float = 1.0

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingEmitter(EmitterDefaults):
    """An emitter that asks no model; what is left to be said are `operator`, `choose` and `make`.

    Attributes:
        weight, cost: as of `Emitter`.
    """

    weight: float = 1.0
    cost: float = 1.0

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)

    @property
    def llm(self) -> str:
        """No model."""
        return ""

    @abstractmethod
    def make(self, scene: Scene, ticket: Ticket, parents: Sequence[Program], rng: Random) -> Proposal:
        """Make the proposal of a ticket; draws from `rng` only. See `Emitter.make`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspiredEmitter(AskingEmitter):
    """An emitter whose prompts show other programs beside the parents.

    Attributes:
        inspirations: how many, at most. inspire: which ones, see `inspirations.Inspire`.
    """

    inspirations: int = 2
    inspire: Inspire = "best"

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost, self.inspirations)

    def inspired(self, scene: Scene, parents: tuple[str, ...], rng: Random) -> Choice:
        """Return the choice of these parents, at least one, with what inspires beside them."""
        # Drawn whatever the policy is, and then again: every run so far has drawn in this order.
        found = best_and_others(scene.archive, parents, self.inspirations, rng)
        if self.inspire != "best":
            archives = scene.archives or (scene.archive,)
            found = drawn(self.inspire, archives, scene.island, parents, count=self.inspirations, rng=rng)
        return Choice(parents=parents, inspirations=found)


def asks_model(emitter: Emitter | type[Emitter]) -> bool:
    """Tell whether an emitter, or every one of a class, asks a model."""
    return emitter.template is not None


def able(emitters: Sequence[Emitter], scene: Scene) -> Sequence[Emitter]:
    """Return the emitters that have something to do; all of them where none has."""
    return [each for each in emitters if each.able(scene)] or emitters


def pick(emitters: Sequence[Emitter], rng: Random) -> Emitter:
    """Draw one emitter in proportion to the weights; one draw from `rng`.

    Raises:
        EvoError: no emitter, or all weights are zero.
    """
    if sum(emitter.weight for emitter in emitters) <= 0:
        msg = f"{len(emitters)} emitters with no weight in all; expected one or more with a positive weight"
        raise EvoError(msg)
    return rng.choices(emitters, weights=[emitter.weight for emitter in emitters])[0]


def one_parent(scene: Scene, rng: Random) -> tuple[str, ...]:
    """Return one parent by the selector; none while there is no elite.

    A parent of whose last children r only repeated what was there is taken with probability 1 / (1 + r), a few times;
    the selector then picks again.
    """
    if not len(scene.archive):
        return ()
    found = scene.selector.select(scene.archive, 1, rng)[0].program
    for _ in range(_PICKS if scene.past else 0):
        if scene.past is None or rng.random() * (1 + scene.past.wasted(found)) < 1:
            break
        found = scene.selector.select(scene.archive, 1, rng)[0].program
    return (found,)


def two_parents(scene: Scene, rng: Random) -> tuple[str, ...]:
    """Return two distinct parents by the selector that were not parents together before and are not parent and child.

    One where the archive has no more, or where the selector finds no such two in a few picks; none from an empty one.
    """
    if not len(scene.archive):
        return ()
    for _ in range(_PICKS if scene.past else 1):
        pair = tuple(dict.fromkeys(each.program for each in scene.selector.select(scene.archive, 2, rng)))
        if scene.past is None or len(pair) == 1 or not (scene.past.joined(pair) or scene.past.kin(*pair)):
            return pair
    return one_parent(scene, rng)


def made(ticket: Ticket, found: Program | Refusal, summary: str = "") -> Proposal:
    """Return the proposal of a ticket that no model was asked for.

    Args:
        ticket: the right to it.
        found: the program, or why there is none.
        summary: what was done to the parent, in one line.
    """
    program = found if isinstance(found, Program) else None
    return Proposal(
        ticket=ticket.number,
        island=ticket.island,
        operator=ticket.operator,
        outcome=Outcome.PROPOSED if isinstance(found, Program) else found.outcome,
        parents=ticket.parents,
        inspirations=ticket.inspirations,
        program=program,
        summary=summary if program else "",
        detail="" if isinstance(found, Program) else found.detail,
    )


def check(operator: str, weight: float, cost: float, inspirations: int = 0) -> None:
    """Refuse an emitter with a share of the tickets, a cost or a number of inspirations that is none."""
    if not (math.isfinite(weight) and weight >= 0) or inspirations < 0:
        msg = f"emitter {operator}: weight = {weight}, inspirations = {inspirations}; expected 0 or more, finite"
        raise EvoError(msg)
    if not (math.isfinite(cost) and cost > 0):
        raise EvoError(f"emitter {operator}: cost = {cost}; expected a finite number over 0")
