"""A run's log made again from its stored answers: every ticket issued, answered, evaluated and folded anew.

Tickets are issued from the state after their stored `after_seq` and folded in the stored order, so that both schedules
are made again exactly. Nothing is written and nobody is asked. What `verify` takes as recorded (what was asked, how
programs came out of answers, what they score) is what is checked here.
"""

from __future__ import annotations

import asyncio
from itertools import zip_longest
from typing import TYPE_CHECKING

from evo.audit.verify import LogDifference, Verified
from evo.errors import LLMError, UsageError
from evo.records import GENESIS, Event, Request, event_flaw
from evo.search.shared_answers import cancelled

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from evo.llm.model import FindsAnswers
    from evo.records import Commit, Completion, Evaluation, Program, Proposal
    from evo.search.attempt import Attempts
    from evo.search.issue import Assignment, Issues
    from evo.search.library import Library
    from evo.search.state import State
    from evo.store.reading.view import RunView

_SHOWN = 160
_DIFFERENCES = 6


class StoredModel:
    """A model that says what it said in the run, and nothing else; an LLMClient by shape."""

    def __init__(self, answers: FindsAnswers) -> None:
        self._answers = answers

    async def complete(self, request: Request) -> Completion:
        """Return the stored answer to an equal request.

        Raises:
            LLMError: the run never asked this.
        """
        found = self._answers.find(request)
        if found is None:
            raise LLMError(f"no answer is stored to {request.purpose} {request.subject}, attempt {request.attempt}")
        return found

    async def close(self) -> None:
        """Hold nothing, so give back nothing."""


class Shelf:
    """Programs as the run has them (their ids are their texts), evaluations as they came out now.

    Args:
        view: the run.
    """

    def __init__(self, view: RunView) -> None:
        self._view = view
        self._evaluations: dict[str, Evaluation] = {}

    def program(self, program_id: str) -> Program | None:
        """Return a program by its full id."""
        return self._view.program(program_id)

    def evaluation(self, program_id: str) -> Evaluation | None:
        """Return what a program scored now; None if it has not been folded yet."""
        return self._evaluations.get(program_id)

    def keep(self, commit: Commit) -> None:
        """Remember a commit's evaluation."""
        if commit.evaluation:
            self._evaluations[commit.evaluation.program] = commit.evaluation

    def add_evaluation(self, program: Program, evaluation: Evaluation) -> None:
        """Take note of nothing: a commit brings it."""


class Execution:
    """One pass through a run's log.

    Args:
        view: the run.
        shelf: shared with the library.
        state: before the first commit.
        attempts: work on tickets, with a `StoredModel` for every role.
        holdout: scores the best program's hold-out again, and returns the number of the event that says something else
            and what that is.
        otherwise: grows by the tickets whose answers this version reads otherwise, and that count as recorded.
    """

    def __init__(
        self,
        *,
        view: RunView,
        shelf: Shelf,
        state: State,
        library: Library,
        issuer: Issues,
        attempts: Attempts,
        holdout: Callable[[], Awaitable[tuple[int, str] | None]] | None = None,
        otherwise: Sequence[int] = (),
    ) -> None:
        self._view, self._shelf, self._state = view, shelf, state
        self._library, self._issuer, self._attempts = library, issuer, attempts
        self._otherwise = otherwise
        self._assigned: dict[int, Assignment] = {}
        self._tasks: dict[int, asyncio.Task[tuple[Proposal, Evaluation | None]]] = {}
        self._done, self._last = 0, GENESIS
        self._holdout = holdout

    async def run(self, tell: Callable[[int, int], None]) -> Verified:
        """Go through the log and stop at the first entry that comes out otherwise.

        Args:
            tell: is told after every commit how many are done, and of how many.

        Raises:
            UsageError: an optimiser of numbers made the run; there is nothing to ask or to issue.
            InfraError: this machine failed.
        """
        due: dict[int, list[int]] = {}
        plan = self._view.plan()
        for ticket, after_seq in plan:
            due.setdefault(after_seq, []).append(ticket)
        found: LogDifference | None = None
        try:
            self._issue(due)
            for entry in self._view.log():
                if isinstance(entry, Event):
                    found = self._note(entry)
                elif self._done == len(plan):
                    break  # What a living run appends meanwhile is not looked at.
                else:
                    found = await self._again(entry)
                if found:
                    break
                if not isinstance(entry, Event):
                    self._issue(due)
                    tell(self._done, len(plan))
        finally:
            await self._halt()
        if found is None and self._holdout and (flaw := await self._holdout()):
            found = LogDifference(seq=self._done, ticket=None, event=flaw[0], reason=flaw[1])
        events = self._state.events
        return Verified(
            commits=self._done,
            events=events,
            hash=self._last,
            folded=True,
            why="",
            difference=found,
            otherwise=tuple(sorted(self._otherwise)),
        )

    def _note(self, stored: Event) -> LogDifference | None:
        """Fold an event; return why it does not stand where it should."""
        state = self._state
        flaw = event_flaw(stored, number=state.events, seq=state.seq, previous=state.event_hash, log_hash=state.hash)
        if flaw:
            return LogDifference(seq=self._done, ticket=None, reason=flaw, event=stored.number)
        state.note(stored)
        self._last = state.hash
        return None

    def _issue(self, due: Mapping[int, list[int]]) -> None:
        for number in sorted(due.get(self._state.seq, ())):
            assignment = self._issuer.issue(number, self._state)
            self._assigned[number] = assignment
            self._tasks[number] = asyncio.create_task(self._attempts.work(assignment))

    async def _again(self, stored: Commit) -> LogDifference | None:
        """Fold a ticket again; return how its commit differs from the stored one."""
        if stored.proposal.operator.startswith("baseline:"):
            raise UsageError("an optimiser of numbers made this run; `evo replay` without --execute verifies it")
        if stored.seq != self._done:
            reason = f"the next commit of the log has seq {stored.seq}"
            return LogDifference(seq=self._done, ticket=stored.ticket, reason=reason)
        assignment, task = self._assigned.pop(stored.ticket), self._tasks.pop(stored.ticket)
        try:
            proposal, evaluation = await task
        except LLMError as error:
            reason = "; ".join(self._asked_otherwise(stored, assignment)) or str(error)
            return LogDifference(seq=stored.seq, ticket=stored.ticket, reason=reason)
        commit = self._state.settle(after_seq=stored.after_seq, proposal=proposal, evaluation=evaluation, at=stored.at)
        if unequal := differences(stored, commit):
            return LogDifference(seq=stored.seq, ticket=stored.ticket, reason="; ".join(unequal[:_DIFFERENCES]))
        self._keep(commit)
        return None

    def _keep(self, commit: Commit) -> None:
        self._done, self._last = commit.seq + 1, commit.hash
        # A retest tells nothing new of its program but a score, which the state folds.
        if commit.proposal.program and commit.evaluation and not commit.proposal.repetition:
            self._shelf.keep(commit)
            self._library.put(commit.proposal.program, commit.evaluation)
        self._attempts.forget(commit)

    def _asked_otherwise(self, stored: Commit, assignment: Assignment) -> list[str]:
        """Say what a ticket that was never answered asks now, and what was asked then."""
        then, now = stored.proposal, assignment.ticket
        found = _unequal(
            ("island", then.island, now.island),
            ("operator", then.operator, now.operator),
            ("parents", then.parents, now.parents),
            ("inspirations", then.inspirations, now.inspirations),
        )
        answered = self._view.answer(stored)
        request = assignment.request
        if answered is None or not isinstance(request, Request):
            return found
        before, after = answered[0], request.prompt
        for name, old, new in (("system", before.system, after.system), ("prompt", before.user, after.user)):
            lines = zip_longest(old.splitlines(), new.splitlines())
            changed = next(((number, was, got) for number, (was, got) in enumerate(lines, 1) if was != got), None)
            if changed:
                number, was, got = changed
                found.append(f"{name} text, line {number}: recorded {_shown(was)}, now {_shown(got)}")
        return found

    async def _halt(self) -> None:
        await cancelled(self._tasks.values())
        self._tasks.clear()
        await self._attempts.close()


def differences(stored: Commit, again: Commit) -> list[str]:
    """Say, one text for each, what of a commit came out otherwise; nothing for commits that mean the same."""
    then, now = stored.proposal, again.proposal
    before, after = stored.evaluation, again.evaluation
    found = _unequal(
        ("island", then.island, now.island),
        ("operator", then.operator, now.operator),
        ("parents", then.parents, now.parents),
        ("inspirations", then.inspirations, now.inspirations),
        ("arm", then.arm and str(then.arm), now.arm and str(now.arm)),
        ("requests", then.requests, now.requests),
        ("answers", then.answers, now.answers),
        ("outcome", str(then.outcome), str(now.outcome)),
        ("program", then.program and then.program.id, now.program and now.program.id),
        ("stages", _stages(before), _stages(after)),
        ("evaluation", before and str(before.status), after and str(after.status)),
        ("objective", before and before.objective, after and after.objective),
        ("measures", before and dict(before.measures), after and dict(after.measures)),
        ("placements", stored.placements, again.placements),
        ("migrations", stored.migrations, again.migrations),
    )
    if not found and stored.hash != again.hash:
        found = [f"hash: recorded {stored.hash}, now {again.hash}; an earlier commit was altered, or the hash itself"]
    return found


def _unequal(*fields: tuple[str, object, object]) -> list[str]:
    return [f"{name}: recorded {_shown(old)}, now {_shown(new)}" for name, old, new in fields if old != new]


def _stages(evaluation: Evaluation | None) -> dict[str, str]:
    return {stage.stage: str(stage.status) for stage in evaluation.stages} if evaluation else {}


def _shown(value: object) -> str:
    if value in (None, "", ()):
        return "nothing"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
