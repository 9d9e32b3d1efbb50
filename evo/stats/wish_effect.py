"""What a hint, a ban or a pin did: the tickets that heeded it beside those that could have and did not.

Which tickets heed a wish with a share below 1 is drawn from the run's seed, whatever their parents are, so the two
groups differ by the wish and by chance alone. With a share of 1 there is nobody beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from evo.records import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from evo.canonical import JSON
    from evo.records import Commit, Direction
    from evo.store.reading.view import RunView
    from evo.store.reading.wishes import WishBook


@dataclass(frozen=True, slots=True, kw_only=True)
class WishGroup:
    """Tickets that asked a model after a wish was in force.

    Attributes:
        children: how many.
        valid: of them, those that the judge scored.
        better: of them, those that are better than their first parent.
        gain: the mean gain of the valid ones over their first parents, in the objective's unit, positive is better;
            None without any.
    """

    children: int
    valid: int
    better: int
    gain: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WishEffect:
    """One wish: its event, the tickets that heeded it, and the others."""

    event: int
    with_it: WishGroup
    without: WishGroup

    def data(self) -> dict[str, JSON]:
        """Return it as plain data; of `evo events --json`."""
        return {"event": self.event, "with": _plain(self.with_it), "without": _plain(self.without)}

    @property
    def says(self) -> str:
        """It in words."""
        return f"with it {_words(self.with_it)}; without {_words(self.without)}"


_HEEDED = frozenset({"hint", "ban", "pin"})


def read_effects(view: RunView) -> list[WishEffect]:
    """Read the effect of every hint, ban and pin of a run; nothing of the log is read where there are none."""
    asked = [each for each in view.events() if each.kind is EventKind.STEER and each.data.get("do") in _HEEDED]
    after = {each.number: each.after_seq for each in asked}
    return wish_effects(view.commits(), view.wishes(), after, view.direction) if after else []


def wish_effects(
    commits: Iterable[Commit], book: WishBook, after: Mapping[int, int], direction: Direction
) -> list[WishEffect]:
    """Return the effect of every wish that tickets may heed, in the order of their events.

    Args:
        commits: of the run, in order.
        book: what was asked of it.
        after: event -> the commit after which it stands, of hints, bans and pins.
        direction: of the objective.
    """
    scores: dict[str, float] = {}
    gains: dict[int, tuple[list[float | None], list[float | None]]] = {event: ([], []) for event in after}
    for commit in commits:
        said, evaluation = commit.proposal, commit.evaluation
        value = evaluation.objective if evaluation else None
        before = scores.get(said.parents[0]) if said.parents else None
        if said.llm:
            gain = None if value is None or before is None else direction.gain(value, before)
            heeded = {each.event for each in book.of(commit)}
            for event, seq in after.items():
                if seq < commit.after_seq:
                    gains[event][event not in heeded].append(gain)
        if said.program and value is not None:
            scores.setdefault(said.program.id, value)
    return [
        WishEffect(event=event, with_it=_group(told), without=_group(others)) for event, (told, others) in gains.items()
    ]


def _group(gains: list[float | None]) -> WishGroup:
    valid = [gain for gain in gains if gain is not None]
    better = sum(gain > 0 for gain in valid)
    return WishGroup(children=len(gains), valid=len(valid), better=better, gain=fmean(valid) if valid else None)


def _plain(group: WishGroup) -> dict[str, JSON]:
    return {"children": group.children, "valid": group.valid, "better": group.better, "gain": group.gain}


def _words(group: WishGroup) -> str:
    if not group.children:
        return "none"
    mean = "" if group.gain is None else f", {group.gain:+.3g} on average"
    return f"{group.children} children, {group.valid} valid, {group.better} better than their parents{mean}"
