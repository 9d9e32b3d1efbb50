"""The judgements that run now, and how far their judges say that they are: for people, nothing rests upon it."""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable

    from evo.canonical import JSON
    from evo.qd.economies import Curves
    from evo.records import Bars, Curve, Proposal

MOST_SHOWN = 64
"""Judgements that are told one by one; of more, those that have been silent longest."""
_POINTS_MAX = 32
_PARENTS_MAX = 256
_QUIET_SECONDS = 60.0
_QUIET_GAPS = 3.0
"""A judge is called silent after a minute, or after so many times the longest pause that it has made."""


@dataclass(slots=True, kw_only=True, eq=False)
class Judgement:
    """One that is ordered, and runs as soon as it has a worker.

    Attributes:
        ticket, operator, program, parent: what is judged: a program's id, and that of its first parent, "" for none.
        bars: scores that it has to reach on its way, if it may end early.
        began, told: when it got its worker, and when its judge said last how far it is; by the clock of `Judgements`.
        gap: the longest pause that its judge has made between two words, in seconds.
        fraction, score: how far it is, None before its judge says so, and the score so far where there is one.
        curve: (fraction, score so far) each, thinned out.
    """

    ticket: int
    operator: str
    program: str
    parent: str
    bars: Bars = ()
    began: float = 0.0
    told: float = 0.0
    gap: float = 0.0
    fraction: float | None = None
    score: float | None = None
    curve: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])

    def note(self, fraction: float, score: float | None, now: float) -> None:
        """Take note of what its judge says."""
        self.gap = max(self.gap, now - self.told)
        self.told, self.fraction, self.score = now, fraction, score
        if score is None:
            return
        if len(self.curve) >= _POINTS_MAX:
            del self.curve[1::2]
        self.curve.append((fraction, score))

    @property
    def stuck_after(self) -> float:
        """After how many seconds without a word people should know of it."""
        return max(_QUIET_SECONDS, _QUIET_GAPS * self.gap)

    @property
    def bar(self) -> tuple[float, float] | None:
        """The next score that it has to reach, and where; None for none."""
        return next((each for each in self.bars if each[0] > (self.fraction or 0.0)), None)


class Judgements:
    """Those that run now.

    Args:
        curves: how the scores of committed programs went, as far as the run keeps that.
        clock: seconds, monotonic.

    Attributes:
        stir: called whenever there may be something new to tell; never where no judge tells anything.
    """

    def __init__(self, curves: Curves, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._curves, self._clock = curves, clock
        self.stir: Callable[[], object] = lambda: None
        self._running: dict[Hashable, Judgement] = {}
        self._past: OrderedDict[str, Curve] = OrderedDict()
        self._telling = False

    @contextmanager
    def running(self, key: Hashable, judgement: Judgement) -> Generator[None]:
        """Count it among those that run, under a key of its own."""
        judgement.began = judgement.told = self._clock()
        self._running[key] = judgement
        try:
            if self._telling:
                self.stir()
            yield
        finally:
            del self._running[key]
            if self._telling:
                self._keep(judgement)
                self.stir()

    def hear(self, judgement: Judgement, fraction: float, score: float | None) -> None:
        """Take note of what its judge says."""
        judgement.note(fraction, score, self._clock())
        self._telling = True
        self.stir()

    def find(self, key: Hashable) -> Judgement | None:
        """Return the one under a key, if it runs; callable from any thread."""
        return self._running.get(key)

    def silence(self, judgement: Judgement) -> float:
        """Return for how many seconds its judge has said nothing."""
        return self._clock() - judgement.told

    def describe(self) -> dict[str, JSON]:
        """Return all that run as plain data, `rows` in the order of their tickets; none where no judge tells anything.

        Keys: rows, and `more`, how many run beside these. A row: ticket, operator, program, parent, seconds (since it
        runs), silent and stuck_after (in seconds), fraction, score, bar, curve, and beside: the curve of its parent.
        """
        there = sorted(self._running.values(), key=lambda each: each.told) if self._telling else []
        shown = sorted(there[:MOST_SHOWN], key=lambda each: each.ticket)
        now = self._clock()
        return {"rows": [self._row(each, now) for each in shown], "more": len(there) - len(shown)}

    def _row(self, judgement: Judgement, now: float) -> JSON:
        beside = self._curve_of(judgement.parent)
        return {
            "ticket": judgement.ticket,
            "operator": judgement.operator,
            "program": judgement.program,
            "parent": judgement.parent,
            "seconds": round(now - judgement.began, 1),
            "silent": round(now - judgement.told, 1),
            "stuck_after": round(judgement.stuck_after, 1),
            "fraction": judgement.fraction,
            "score": judgement.score,
            "bar": None if judgement.bar is None else [*judgement.bar],
            "curve": [[*point] for point in judgement.curve],
            "beside": [[*point] for point in beside],
        }

    def _curve_of(self, program: str) -> Curve:
        whole = self._curves.whole.get(program) or self._past.get(program, ())
        return (*whole[: -1 : -(-len(whole) // _POINTS_MAX)], whole[-1]) if len(whole) > _POINTS_MAX else whole

    def _keep(self, judgement: Judgement) -> None:
        """Keep how a program's score went, for its children."""
        if len(judgement.curve) > 1:
            self._past[judgement.program] = tuple(judgement.curve)
            if len(self._past) > _PARENTS_MAX:
                self._past.popitem(last=False)


def ordered(proposal: Proposal, program: str, bars: Bars | None) -> Judgement:
    """Return the judgement of a ticket's program, as it is ordered."""
    return Judgement(
        ticket=proposal.ticket,
        operator=proposal.operator,
        program=program,
        parent=proposal.parents[0] if proposal.parents else "",
        bars=bars or (),
    )
