"""Whether a log means what it says: every hash through the chain again, every placement through the fold again.

Nothing of the problem is needed: scores are taken as recorded. What the fold adds to the chain is that the archive,
the migrations and the duplicates follow from the scores; a cell is taken as recorded where its space is made of drawn
centroids, and is checked against the borders of its axes where it is a grid.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from evo.errors import DamagedError, EvoError
from evo.records import GENESIS, EvaluationStatus, Event, bind, chain, event_flaw
from evo.store.reading.layout import layouts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from evo.records import Cell, Commit, Entry
    from evo.search.state import State
    from evo.store.reading.layout import Layout
    from evo.store.store import RunHeader

_ROUNDING = 1e-9


class Log(Protocol):
    """Where commits are read from."""

    @property
    def header(self) -> RunHeader:
        """What the run is."""
        ...

    def committed(self) -> int:
        """Return how many commits there are."""
        ...

    def log(self) -> Iterator[Entry]:
        """Yield them in order, with the events between them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDifference:
    """The first entry that is not what it should be.

    Attributes:
        seq: of the commit, or of the one that an event stands before.
        ticket: of the commit; None where there is none.
        event: number of the event; None for a commit.
    """

    seq: int
    ticket: int | None
    reason: str
    event: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What came of going through a log.

    Attributes:
        commits, events: how many were found right, from the first on.
        hash: what the next commit after them continues from.
        folded: whether placements and migrations were made again, or only hashes and references checked.
        why: why they were not; "" if they were.
        otherwise: tickets whose answers an earlier grammar read, and this version would read otherwise.
    """

    commits: int
    events: int
    hash: str
    folded: bool
    why: str
    difference: LogDifference | None
    otherwise: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """The fold of a recorded run, made again.

    Attributes:
        state: before the first commit, over the recorded spaces.
        bordered: for each island, whether its cells lie between the edges that its axes have on record.
    """

    state: State
    bordered: Sequence[bool]


def verify(
    log: Log,
    tell: Callable[[int, int], None],
    fold_of: Callable[[RunHeader, Sequence[RecordedSpace]], Fold | str],
) -> Verified:
    """Go through a log and stop at the first entry that differs.

    Args:
        log: a run.
        tell: is told after every commit how many are done, and of how many.
        fold_of: makes the fold over the recorded spaces, or says why it cannot be made.

    Raises:
        DamagedError: the log cannot be read any further.
    """
    header, total = log.header, log.committed()
    recorded = _Cells(layouts(header))
    made = fold_of(header, recorded.spaces)
    fold, why = (None, made) if isinstance(made, str) else (made.state, "")
    if not isinstance(made, str):
        for space, bordered in zip(recorded.spaces, made.bordered, strict=True):
            space.grid = bordered
    # Tickets may be issued before the seeds are committed; a seed may be a parent from the start.
    known: dict[str, int] = {program: -1 for _, program in json.loads(header.seeds)}
    tickets: set[int] = set()
    chains, done = _Chains(), 0
    found: LogDifference | None = None
    for entry in log.log():
        if isinstance(entry, Event):
            found = _off_event(entry, chains, fold)
            if found:
                break
            continue
        reason = _off_chain(entry, chains) or _dangling(entry, known, tickets) or recorded.off_axes(entry)
        reason = reason or (_off_fold(fold, entry) if fold else "")
        if reason:
            found = LogDifference(seq=done, ticket=entry.ticket, reason=reason)
            break
        tickets.add(entry.ticket)
        if entry.proposal.program:
            known.setdefault(entry.proposal.program.id, entry.seq)
        chains.pass_commit(entry)
        done += 1
        tell(done, max(total, done))
    if not found and done < total:
        reason = f"the log has {total} commits, but none with this seq"
        found = LogDifference(seq=done, ticket=None, reason=reason)
    return Verified(
        commits=done, events=chains.events, hash=chains.log, folded=fold is not None, why=why, difference=found
    )


class RecordedSpace:
    """A space whose cells are read from the log instead of being computed."""

    def __init__(self, layout: Layout) -> None:
        self.outline, self.size = layout.axes, layout.cells
        self.names = tuple(str(axis["name"]) for axis in layout.axes)
        self.cells: dict[tuple[tuple[str, float], ...], Cell] = {}
        self.grid = False

    def cell_of(self, measures: Mapping[str, float]) -> Cell:
        """Return the cell that is recorded for these measures."""
        cell = self.cells.get(tuple(measures.items()))
        if cell is None:
            raise DamagedError(f"no cell is recorded for the measures {dict(measures)}")
        return cell

    def off_axes(self, cell: Cell, measures: Mapping[str, float]) -> str:
        """Say how a recorded cell contradicts the measures; "" if it does not, or cannot."""
        if not self.grid:
            return ""
        if len(cell) != len(self.outline):
            return f"cell {cell} for {len(self.outline)} axes"
        for axis, index in zip(self.outline, cell, strict=True):
            value = measures.get(str(axis["name"]))
            if value is None or not _inside(axis, index, value):
                return f"cell {cell}, but {axis['name']} = {value} does not lie in bin {index} of its axis"
        return ""


class _Cells:
    """The recorded cells of all islands; islands of one shape share a space."""

    def __init__(self, layouts: Sequence[Layout]) -> None:
        shapes: list[Layout] = [layout for i, layout in enumerate(layouts) if layout not in layouts[:i]]
        self._kinds = [RecordedSpace(layout) for layout in shapes]
        self.spaces = [self._kinds[shapes.index(layout)] for layout in layouts]
        self._measures: dict[str, Mapping[str, float]] = {}

    def off_axes(self, commit: Commit) -> str:
        """Take note of a commit's cells; say how they contradict each other or the measures, "" if they do not."""
        # A retest leaves the measures of the first score in force.
        evaluation = None if commit.proposal.repetition else commit.evaluation
        born = [(evaluation.program, placement) for placement in commit.placements] if evaluation else []
        moved = [(migration.program, migration.placement) for migration in commit.migrations]
        if len(self._kinds) == 1:
            # Migrants keep their cell, so that nothing has to be remembered.
            self._kinds[0].cells.clear()
            self._measures.clear()
            moved.clear()
        if evaluation is not None:
            self._measures[evaluation.program] = evaluation.measures
        for program, placement in (*born, *moved):
            measures = self._measures.get(program, {})
            space, key = self.spaces[placement.island], tuple(measures.items())
            known = space.cells.setdefault(key, placement.cell)
            if known != placement.cell:
                return f"one program, but several cells: {sorted((known, placement.cell))}"
            reason = space.off_axes(placement.cell, measures)
            if reason:
                return reason
        return ""


def _inside(axis: Mapping[str, Any], index: int, value: float) -> bool:
    edges: list[float] = axis["edges"]
    if not 0 <= index < len(edges) - 1:
        return False
    if "values" in axis:
        kinds: list[float] = axis["values"]
        return index == (kinds.index(value) if value in kinds else len(kinds))
    slack = _ROUNDING * max(abs(edges[0]), abs(edges[-1]))
    above = index == 0 or value >= edges[index] - slack
    return above and (index == len(edges) - 2 or value <= edges[index + 1] + slack)


@dataclass(slots=True, kw_only=True)
class _Chains:
    """The chain of the commits and that of the events, as far as they were gone through."""

    seq: int = -1
    log: str = GENESIS
    events: int = 0
    event: str = GENESIS

    def pass_commit(self, commit: Commit) -> None:
        self.seq, self.log = commit.seq, commit.hash

    def pass_event(self, event: Event) -> None:
        self.events, self.event = event.number + 1, event.hash
        self.log = bind(self.log, event)


def _off_event(event: Event, chains: _Chains, fold: State | None) -> LogDifference | None:
    """Pass an event, or return why it does not stand where it should."""
    flaw = event_flaw(event, number=chains.events, seq=chains.seq, previous=chains.event, log_hash=chains.log)
    if flaw:
        return LogDifference(seq=chains.seq + 1, ticket=None, reason=flaw, event=event.number)
    chains.pass_event(event)
    if fold:
        fold.note(event)
    return None


def _off_chain(commit: Commit, chains: _Chains) -> str:
    if commit.seq != chains.seq + 1:
        return f"the next commit of the log has seq {commit.seq}"
    hashed = chain(chains.log, commit)
    return "" if hashed == commit.hash else f"its values give the hash {hashed}, but {commit.hash} is recorded"


def _dangling(commit: Commit, known: Mapping[str, int], tickets: set[int]) -> str:
    proposal, evaluation = commit.proposal, commit.evaluation
    if commit.ticket in tickets:
        return f"ticket {commit.ticket} was committed before"
    for program in (*proposal.parents, *proposal.inspirations):
        if known.get(program, commit.seq) > commit.after_seq:
            return f"it was made from program {program}, which commit {commit.after_seq} and those before do not have"
    if evaluation and (proposal.program is None or evaluation.program != proposal.program.id):
        return f"its evaluation is of program {evaluation.program}"
    return ""


def _off_fold(fold: State, commit: Commit) -> str:
    valid = commit.evaluation is not None and commit.evaluation.status is EvaluationStatus.VALID
    if valid and not commit.placements and not commit.proposal.repetition:
        return "it is VALID, but was offered to no archive"
    try:
        fold.refold(commit)
    except EvoError as error:
        return str(error)
    return ""
