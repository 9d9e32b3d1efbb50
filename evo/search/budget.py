"""When a run ends, and when it pauses. Both look at commits alone, so that they fall at the same commit every time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.records import BARREN, EXHAUSTED, Outcome, StageStatus

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from evo.config.sections import BudgetSpec
    from evo.records import Commit, StageResult
    from evo.search.state import State

FAILURES_IN_A_ROW = 20
JUDGE_ERRORS = 3
EMPTY_IN_A_ROW = 12
NOTHING_LEFT = "nothing left to try"
"""The stop reason of a run whose model has no proposal left."""

_MEND_JUDGE = (
    "Mend the judge, then start a new run: one that is not what it was cannot go on with this log "
    "(evo run CONFIG --set seeds=[RUN:@best] carries the best program over)"
)
_MEND_SEEDS = "Mend the seeds or the problem (`evo check` runs both), then start a new run"
_FINE = {Outcome.PROPOSED, Outcome.DUPLICATE}


def stop_reason(budget: BudgetSpec, state: State, seconds: float, folder: Path) -> str | None:
    """Return the budget key that is used up or reached after the last commit, None while the run may go on.

    Args:
        budget: the run's limits; an absent one never fires.
        state: after the last commit.
        seconds: wall time spent over all sessions; like the stop file, a limit that does not replay.
        folder: the run's folder, in which the stop file is looked for.
    """
    best = state.best
    if budget.target is not None and best and not state.direction.better(budget.target, best.objective):
        return "target"
    spent = {
        "tickets": (state.seq + 1, budget.tickets),
        "evaluations": (state.evaluations, budget.evaluations),
        "seconds": (seconds, budget.seconds),
        # Counted from the first score on: a run whose seeds are not scored yet is not stuck.
        "patience": (state.seq - state.best_seq if best else 0, budget.patience),
    }
    over = next((key for key, (used, limit) in spent.items() if limit is not None and used >= limit), None)
    if over is None and budget.stop_file is not None and (folder / budget.stop_file).exists():
        return "stop_file"
    return over


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """What is known of a pause beside its reason.

    Attributes:
        ticket: the one at which this machine failed; None where a pause is not one ticket's.
        again: the run has paused at this ticket before, and nothing has been committed since.
        remedy: what helps where going on would only meet the same; "" where going on helps once the cause is gone.
    """

    ticket: int | None = None
    again: bool = False
    remedy: str = ""

    @classmethod
    def at(cls, ticket: int, reason: str, before: str, *, moved: bool) -> Pause:
        """Return the pause at a ticket.

        Args:
            ticket: its number.
            reason: why this machine failed at it.
            before: why the session before paused; "" if it did not.
            moved: whether anything has been committed since. Then it is the same ticket only if the reason names its
                program, as that of a stage does.
        """
        head = reason.partition(" failed ")[0]
        same = head == before.partition(" failed ")[0]
        return cls(ticket=ticket, again=same and (not moved or " of program " in head))


class TroubleWatch:
    """Sees when a run is getting nowhere for one reason. Counts from the start of a session, so that a resume goes on.

    Args:
        seeds: ids of the programs that the run starts from.

    Attributes:
        pause: more about the reason that was given last.
    """

    def __init__(self, seeds: Collection[str]) -> None:
        self._seeds = seeds
        self._last: Outcome | None = None
        self._streak = 0
        self._judge_errors: Counter[str] = Counter()
        self._empty = 0
        self._barren: set[str] = set()
        self.pause = Pause()

    def observe(self, commit: Commit, state: State) -> str | None:
        """Take note of a commit; return why the run has to pause, or None."""
        outcome = commit.proposal.outcome
        # A program that nobody was asked for says nothing of a model that has failed all along.
        if commit.proposal.llm or outcome not in _FINE:
            self._streak = self._streak + 1 if outcome is self._last else 1
            self._last = outcome
        return self._failing(commit) or self._judge(commit) or self._seedless(commit, state)

    def nothing_left(self, commit: Commit, state: State) -> bool:
        """Take note of what a model had no proposal for; tell whether the run has nothing left to try.

        That is so when no elite holds anything that it knows to change, or when it had nothing many times in a row: an
        operator that has tried everything may be drawn before one that has not.
        """
        proposal = commit.proposal
        if not proposal.llm:
            return False
        if proposal.outcome is not Outcome.UNPARSABLE or proposal.detail not in {EXHAUSTED, BARREN}:
            self._empty = 0
            self._barren.clear()
            return False
        self._empty += 1
        self._barren.update(proposal.parents[:1] if proposal.detail == BARREN else ())
        elites = {elite.program for archive in state.archipelago.archives for elite in archive.elites()}
        return self._empty >= EMPTY_IN_A_ROW or (bool(elites) and elites <= self._barren)

    def _failing(self, commit: Commit) -> str | None:
        if commit.proposal.outcome in _FINE or self._streak < FAILURES_IN_A_ROW:
            return None
        return (
            f"{self._streak} failures of one kind in a row: {commit.proposal.outcome} "
            f"from model {commit.proposal.llm} ({commit.proposal.detail.splitlines()[0][:200] or 'no detail'})"
        )

    def _judge(self, commit: Commit) -> str | None:
        broken = [stage for stage in _stages(commit) if stage.status is StageStatus.JUDGE_ERROR]
        if not broken or commit.proposal.program is None:
            return None
        self._judge_errors[commit.proposal.program.id] += 1
        if len(self._judge_errors) < JUDGE_ERRORS:
            return None
        program = commit.proposal.program.id[:12]
        self.pause = Pause(remedy=_MEND_JUDGE)
        return (
            f"the problem's judge failed on {len(self._judge_errors)} programs, last on {program}: "
            f"{broken[0].detail[:400]}\nRepeat it: evo show {program} --code > p.py && evo score PROBLEM p.py"
        )

    def _seedless(self, commit: Commit, state: State) -> str | None:
        """Speak up when the last seed has been judged, and not before."""
        judged = commit.evaluation is not None and commit.evaluation.program in self._seeds
        if not judged or state.valid or not all(seed in state.known for seed in self._seeds):
            return None
        why = next(
            (stage.detail or str(stage.status) for stage in _stages(commit) if stage.detail), "see evo show @seed"
        )
        self.pause = Pause(remedy=_MEND_SEEDS)
        return f"none of the {len(self._seeds)} seeds is valid; the last one: {why[:400]}"


def _stages(commit: Commit) -> tuple[StageResult, ...]:
    return commit.evaluation.stages if commit.evaluation else ()
