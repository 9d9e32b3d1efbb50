"""What people have asked of a run while it went on: a fold over the events of kind `steer`, read by the issuer alone.

An event is in force for every ticket that is issued from a later commit's state, whoever is in the middle of what; so
the same log is steered the same way whenever it is made again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, cast

from evo.records import Program, heeds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.config.sections import BudgetSpec
    from evo.propose.emitters.emitter import Emitter
    from evo.records import Event

HINT, PIN, BAN, SEED, WEIGHT, MODEL, BUDGET = "hint", "pin", "ban", "seed", "weight", "model", "budget"
ACTIONS = (HINT, PIN, BAN, SEED, WEIGHT, MODEL, BUDGET)
"""What `data["do"]` of a steering event can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Something asked for, in force from one event on.

    Attributes:
        number: of its event.
        after_seq: the commit after which it stands.
        words: the hint, what is ruled out, or the program's id.
        share: of the tickets that heed it, over 0 and at most 1.
        text: that no new program may have, literally; "" where words alone are told.
    """

    number: int
    after_seq: int
    words: str
    share: float = 1.0
    text: str = ""

    def heeded(self, seed: int, ticket: int) -> bool:
        """Tell whether a ticket that is issued while it is in force heeds it: a function of the run's seed and both."""
        return heeds(self.number, self.share, seed=seed, ticket=ticket)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """All that is in force after some commit.

    Attributes:
        hints, pins, bans: in the order of their events.
        seeds: programs to be scored, with the commit after which each was brought.
        weights: operator -> its share of the tickets.
        roles: role -> the role that answers in its place.
        limits: key of the budget -> what stands in its place.
    """

    hints: tuple[Wish, ...] = ()
    pins: tuple[Wish, ...] = ()
    bans: tuple[Wish, ...] = ()
    seeds: tuple[tuple[int, Program, str], ...] = ()
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    limits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def steered(self, event: Event) -> Self:
        """Return what is in force once an event is folded."""
        data = event.data
        wish = Wish(
            number=event.number,
            after_seq=event.after_seq,
            words=str(data.get("words", "")),
            share=float(cast("float", data.get("share", 1.0))),
            text=str(data.get("text", "")),
        )
        match data.get("do"):
            case "hint":
                return replace(self, hints=(*self.hints, wish))
            case "pin":
                return replace(self, pins=(*self.pins, wish))
            case "ban":
                return replace(self, bans=(*self.bans, wish))
            case "seed":
                files = cast("Mapping[str, str]", data["files"])
                program = Program(files=MappingProxyType(dict(files)), language=str(data["language"]))
                return replace(self, seeds=(*self.seeds, (event.after_seq, program, wish.words)))
            case "weight":
                changed = {str(data["operator"]): float(cast("float", data["weight"]))}
                return replace(self, weights=MappingProxyType({**self.weights, **changed}))
            case "model":
                return replace(self, roles=MappingProxyType({**self.roles, str(data["role"]): str(data["by"])}))
            case "budget":
                changed = {str(data["limit"]): cast("float", data["to"])}
                return replace(self, limits=MappingProxyType({**self.limits, **changed}))
            case _:
                return self

    def amended(self, event: Event) -> Self:
        """Return what is in force once a resume was told otherwise: what it says of the budget counts from there."""
        said = cast("Sequence[object]", event.data.get("set") or ())
        named = {str(each).partition("=")[0].strip() for each in said}
        kept = {key: value for key, value in self.limits.items() if not {"budget", f"budget.{key}"} & named}
        return self if len(kept) == len(self.limits) else replace(self, limits=MappingProxyType(kept))

    def bounded(self, budget: BudgetSpec) -> BudgetSpec:
        """Return the budget with what is asked for in the place of what was declared."""
        return replace(budget, **cast("dict[str, Any]", dict(self.limits))) if self.limits else budget

    def weighed(self, emitters: Sequence[Emitter]) -> Sequence[Emitter]:
        """Return the emitters with the shares that are asked for; as they were where none of them would have any."""
        if not self.weights:
            return emitters
        # An emitter is a frozen dataclass whose fields are its options, weight among them.
        found = [
            cast("Emitter", replace(cast("Any", each), weight=self.weights[each.operator]))
            if each.operator in self.weights
            else each
            for each in emitters
        ]
        return found if any(each.weight > 0 for each in found) else emitters

    def notes(self, seed: int, ticket: int) -> tuple[str, ...]:
        """Return what a prompt says of it."""
        whose = "A person who watches this search"
        hints = [f"{whose} suggests: {each.words}" for each in self.hints if each.heeded(seed, ticket)]
        return (*hints, *(f"{whose} rules out: {each.words}" for each in self.bans))

    def pinned(self, seed: int, ticket: int) -> str:
        """Return the program that a ticket starts from, by id; "" for whichever is selected. The newest pin counts."""
        return next((each.words for each in reversed(self.pins) if each.heeded(seed, ticket)), "")

    def sown(self, seq: int) -> tuple[Program, str] | None:
        """Return the program that the ticket issued from the state after commit `seq` brings in; None for none.

        One a commit, in the order of their events; each from the first commit after the one before it.
        """
        due = -2
        for after_seq, program, name in self.seeds:
            due = max(due + 1, after_seq + 1)
            if due == seq:
                return program, name
        return None

    @property
    def banned(self) -> tuple[str, ...]:
        """Texts that no new program may have."""
        return tuple(each.text for each in self.bans if each.text)
