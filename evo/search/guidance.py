"""When advice is asked for, as a fold over the commits: notes every so often, tactics on stagnation.

At the commit that calls for advice the fold freezes a digest of the log. Tickets issued from later states carry the
request; the first of them to be worked on asks, all of them wait for the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from evo.propose.advice import NOTE_LINES, Digest
from evo.records import Purpose

if TYPE_CHECKING:
    from evo.config.sections import NotesSpec, TacticsSpec
    from evo.propose.prompt.context import Step
    from evo.records import Elite

ANCESTORS = 6
"""Steps of the best program's line that a digest tells."""
KEPT = 6
"""Steps that worked, and steps that failed, that a digest tells."""


class Highlights:
    """The steps that gained most, and the newest that gained nothing; of those with one reason, one."""

    def __init__(self) -> None:
        self._worked: dict[str, tuple[float, Step]] = {}
        self._failed: dict[str, Step] = {}

    def observe(self, step: Step) -> None:
        """Take note of a step."""
        if step.delta is not None and step.delta > 0:
            if step.delta > self._worked.get(step.summary, (0.0, step))[0]:
                self._worked[step.summary] = (step.delta, step)
                if len(self._worked) > KEPT:
                    del self._worked[min(self._worked, key=lambda summary: self._worked[summary][0])]
            return
        self._failed.pop(step.summary, None)
        self._failed[step.summary] = step
        if len(self._failed) > KEPT:
            del self._failed[next(iter(self._failed))]

    @property
    def worked(self) -> tuple[Step, ...]:
        """The steps that gained most, best first."""
        ranked = sorted(self._worked.values(), key=lambda each: each[0], reverse=True)
        return tuple(step for _, step in ranked)

    @property
    def failed(self) -> tuple[Step, ...]:
        """The newest steps that gained nothing, newest last."""
        return tuple(self._failed.values())


class LogSummary(Protocol):
    """What a digest is taken from: what the fold knows after a commit; `state.State` in a run."""

    @property
    def seq(self) -> int:
        """The last commit."""
        ...

    @property
    def best(self) -> Elite | None:
        """The best VALID program so far."""
        ...

    @property
    def best_seq(self) -> int:
        """The commit that brought it, -1 before."""
        ...

    def ancestors(self, program: str, most: int) -> tuple[Step, ...]:
        """Return up to `most` steps that led to a program, oldest first, its own last."""
        ...


class Guidance:
    """What advice is in force after some commit.

    Attributes:
        note: what the newest note rests upon, None before the first.

    Args:
        tactics: None: no tactics.
        notes: None: no notes.
        settling: the window: how many commits after the last ticket was issued its outcome is known.
    """

    def __init__(
        self, *, tactics: TacticsSpec | None = None, notes: NotesSpec | None = None, settling: int = 0
    ) -> None:
        self._tactics, self._notes, self._settling = tactics, notes, settling
        self.note: Digest | None = None
        self._tactic: Digest | None = None
        self._quiet_until = -1
        self._highlights = Highlights()

    def trying(self, seq: int) -> Digest | None:
        """Return what the tactics that a ticket issued from commit `seq` is to try rest upon, None if it is free."""
        if self._tactics is None or self._tactic is None or seq >= self._tactic.seq + self._tactics.tickets:
            return None
        return self._tactic

    def observe(self, state: LogSummary, step: Step) -> None:
        """Fold a commit that `state` has folded otherwise."""
        if self._tactics is None and self._notes is None:
            return
        if step.parent:
            self._highlights.observe(step)
        if state.best is None:
            return
        notes, tactics = self._notes, self._tactics
        if notes is not None and (state.seq + 1) % notes.every == 0:
            self.note = self._digest(state, Purpose.NOTE, notes.llm, NOTE_LINES, self.note)
        if tactics is not None and state.seq - max(state.best_seq, self._quiet_until) >= tactics.patience:
            self._tactic = self._digest(state, Purpose.TACTIC, tactics.llm, tactics.count, self._tactic)
            self._quiet_until = state.seq + tactics.tickets + self._settling

    def _digest(self, state: LogSummary, purpose: Purpose, llm: str, count: int, last: Digest | None) -> Digest:
        best = state.best.program if state.best else ""
        return Digest(
            purpose=purpose,
            epoch=last.epoch + 1 if last else 0,
            seq=state.seq,
            llm=llm,
            count=count,
            best=best,
            ancestors=state.ancestors(best, ANCESTORS),
            worked=self._highlights.worked,
            failed=self._highlights.failed,
        )
