"""The loop: issue, work, gate, fold, append, yield.

    async with Search(...) as search:
        async for commit in search:
            ...

Issuing belongs to the fold: when commit s is folded, ticket s + window is issued at once from exactly that state. It
is worked on once s is durable. The seeds go first: until all of them are folded nothing else is issued, so no model is
shown a program whose score is about to be known. Under `ordered`, commits happen in the order of tickets, so the log
depends on the seed, the answers and the window, never on latencies, slots or workers. Under `arrival`, commits happen
as results come in; since each ticket stores its `after_seq`, that log re-executes exactly as well.
"""

from __future__ import annotations

import asyncio
import gc
import heapq
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol, Self

from evo.crashpoints import CrashPoint, reached
from evo.errors import ConflictError, EvoError, InfraError, LLMError, StoreError
from evo.llm.budget import BudgetSpent
from evo.llm.desk import Desk
from evo.records import Event
from evo.search.budget import NOTHING_LEFT, Pause, TroubleWatch, stop_reason
from evo.search.shared_answers import cancelled
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Collection, Generator, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from evo.canonical import JSON
    from evo.config.problem import Problem
    from evo.config.sections import BudgetSpec
    from evo.llm.prices import Spend
    from evo.records import Commit, Entry, Evaluation, EventKind, Proposal
    from evo.search.attempt import Attempts
    from evo.search.issue import Assignment, Issues
    from evo.search.library import Library
    from evo.search.state import State
    from evo.search.under_way import UnderWay
    from evo.store.store import RunHeader

_BATCH = 64
_OVER = "the run has ended, so nothing can be entered into it any more; resume it"
_Result = tuple["Proposal", "Evaluation | None"]
_Ended = tuple[str, str]  # run state and reason
_Entry = tuple["EventKind", str, "Mapping[str, JSON]", "asyncio.Future[Event]"]


class KeepsLog(Protocol):
    """Where a run's log lies: `store.Store` in a run, `testing.MemoryStore` in a test."""

    def header(self) -> RunHeader:
        """Return what the run is, and how it stands."""
        ...

    def tickets(self) -> frozenset[int]:
        """Return the numbers of all committed tickets."""
        ...

    def spare_evaluations(self) -> dict[str, Evaluation]:
        """Return the evaluations that no commit has used yet, by program."""
        ...

    def log(self) -> Iterator[Entry]:
        """Yield the whole log in order."""
        ...

    async def append(self, commits: Sequence[Commit], *, issued: int, seconds: float) -> None:
        """Make commits durable, all or none."""
        ...

    async def add_event(
        self, kind: EventKind, *, author: str, data: Mapping[str, JSON], after_seq: int | None = None
    ) -> Event:
        """Make an event durable at the end of the log."""
        ...

    async def update(self, *, state: str, stop_reason: str, issued: int, seconds: float) -> None:
        """Record how the run stands."""
        ...


class Search:
    """A live run: an asynchronous context manager and an asynchronous iterator of durable commits.

    Attributes:
        state: after the last commit settled; read it, never write it.
        header, problem, folder: what the run is, and where it lies.
        proposers: what makes the programs, for people.
        strangers: the parts that did not come with this package, for people.
        run_state: running, then finished, paused, interrupted or failed.
        secrets: what may not be shown or written.
        stop_reason: the budget key that ended the run, or why it paused.
        pause: what more is known of a pause.
        best_files: what lies in `best/`, the program first, once the run has been left.
        notices: what went wrong beside the run and does not harm it, in words, as it happens.
        library: knows every committed program.
        desk: where requests lie that somebody outside answers.
        survey: what there is to change in the seeds, as far as the models know beforehand.
        operators, roles: what its emitters and its models are called.
        remote: whether any of its models is contacted at an address, so that tokens are somebody's.
        holdout: what the best program scored on the hold-out, in words, once the run has been left; "" for nothing.
    """

    def __init__(
        self,
        *,
        state: State,
        store: KeepsLog,
        library: Library,
        issuer: Issues,
        attempts: Attempts,
        budget: BudgetSpec,
        window: int,
        ordered: bool,
        problem: Problem,
        folder: Path,
        secrets: Sequence[str] = (),
        proposers: str = "",
        strangers: Sequence[str] = (),
        remote: bool = False,
        seeds_first: bool = True,
        desk: Desk | None = None,
        operators: Collection[str] = (),
        roles: Collection[str] = (),
        survey: str = "",
    ) -> None:
        self.state, self.header = state, store.header()
        self.problem, self.folder = problem, folder
        self._budget, self.secrets = budget, secrets
        self.proposers, self.strangers, self.remote = proposers, strangers, remote
        self.run_state, self.stop_reason, self.pause = "running", "", Pause()
        self.best_files: Sequence[Path] = ()
        self.holdout = ""
        self.notices: list[str] = []
        self.library, self.desk = library, desk or Desk()
        self.operators, self.roles, self.survey = operators, roles, survey
        self._store, self._issuer, self._attempts = store, issuer, attempts
        self._window, self._ordered = window, ordered
        self._started = time.monotonic()
        self._seconds_before = self.header.seconds
        self._tasks: dict[int, asyncio.Task[_Result]] = {}
        self._over: set[int] = set()  # of these, the ones that are done
        self._unpaid: set[int] = set()  # done, without a call that the budget forbade
        self._waiting: list[Assignment] = []
        self._assigned: dict[int, Assignment] = {}
        self._issued, self._begun = self.header.issued, -1
        self._draining, self._woken = asyncio.Event(), asyncio.Event()
        self._entries: list[_Entry] = []
        self._asked_to_pause, self._halted = "", False
        self._hopeless: LLMError | None = None
        self._seeds = frozenset(seed.id for seed in issuer.seeds.values())
        self._next_number, self._seeds_first = 0, seeds_first
        self._watch = TroubleWatch(self._seeds)
        self._log: AsyncGenerator[Commit, None] | None = None
        self._telling: asyncio.Future[None] | None = None
        attempts.waits.listen(self._tell_waiting)

    @property
    def seconds(self) -> float:
        """Wall time spent on the run so far, over all sessions."""
        return self._seconds_before + time.monotonic() - self._started

    @property
    def issued(self) -> int:
        """Tickets issued so far."""
        return self._issued

    async def __aenter__(self) -> Self:
        """Fold what the store holds and issue again what was in flight."""
        self._restore()
        self._begun = self.state.seq
        await self._record()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop what is in flight; everything yielded is durable, answers and evaluations that came later too."""
        if self._log is not None:
            await self._log.aclose()
        await self._halt()

    def drain(self) -> None:
        """Ask no model any more, let what is in flight finish and be committed, then end as interrupted."""
        self._attempts.ask_no_more()
        self._draining.set()
        self._woken.set()

    @property
    def budget(self) -> BudgetSpec:
        """When it ends: as declared, with what people have asked for since."""
        return self.state.steering.bounded(self._budget)

    def pause_for(self, reason: str) -> None:
        """Drain, and end as paused."""
        self._asked_to_pause = reason
        self.drain()

    async def enter(self, kind: EventKind, *, author: str, data: Mapping[str, JSON]) -> Event:
        """Enter an event into the log of this living run; it is in force from the next commit on.

        Raises:
            ConflictError: the run ended before it could be entered.
            EvoError: as `Store.add_event`.
        """
        if self._halted:
            raise ConflictError(_OVER)
        entered: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        self._entries.append((kind, author, data, entered))
        self._woken.set()
        return await entered

    def assigned(self, ticket: int) -> Assignment | None:
        """Return a ticket that is issued and not committed, None for any other."""
        return self._assigned.get(ticket)

    @property
    def spent(self) -> Spend:
        """What the run has spent on models, over all sessions."""
        return self._attempts.spent

    def under_way(self) -> list[UnderWay]:
        """Return the tickets that are issued and not committed, oldest first; callable from any thread."""
        found = sorted(self._assigned.copy().items())
        tasks = [self._tasks.get(number) for number, _ in found]
        return [
            self._attempts.under_way(assignment, done=task is not None and task.done())
            for (_, assignment), task in zip(found, tasks, strict=True)
        ]

    def work_of(self, ticket: int) -> asyncio.Task[_Result] | None:
        """Return the work on a ticket that is under way, None where there is none."""
        return self._tasks.get(ticket)

    @property
    def is_idle(self) -> bool:
        """Whether every ticket that is under way waits for somebody, or is done and waits for those before it."""
        if self._waiting or not self._tasks:
            return not self._waiting and not self._assigned
        under_way = [number for number, task in self._tasks.items() if not task.done()]
        return all(self._attempts.waits_for_somebody(each) for each in under_way)

    @property
    def waiting(self) -> str:
        """Which model is left alone for a while and why, "" for none."""
        return redact(self._attempts.waits.words, self.secrets)

    def _tell_waiting(self, words: str) -> None:
        """Let those who look at the run from outside know that it waits."""
        told = self._store.update(
            state="running", stop_reason=redact(words, self.secrets), issued=self._issued, seconds=self.seconds
        )
        self._telling = asyncio.ensure_future(told)

    def __aiter__(self) -> AsyncIterator[Commit]:
        """Run until a budget is used up, the run pauses, or `drain` was called."""
        if self._log is None:
            self._log = self._commits()
        return self._log

    def _restore(self) -> None:
        """Fold the log; issue, each from the state that it was first issued from, the tickets that have no commit."""
        done = self._store.tickets()
        self._attempts.spare.update(self._store.spare_evaluations())
        self._issue(done)
        with _uncollected():
            for entry in self._store.log():
                if isinstance(entry, Event):
                    self.state.note(entry)
                    continue
                self.state.refold(entry)
                # What stands after a commit is in force from the next one on: the ticket of this one precedes it.
                self._issue(done)

    def _issue(self, done: frozenset[int] = frozenset()) -> None:
        """Issue what the present state calls for: the seeds; after them the whole window, then a ticket a commit."""
        newest = self.state.seq + self._window
        if self._seeds_first and not self._seeds <= self.state.known.keys():
            newest = min(newest, len(self._issuer.seeds) - 1)
        most = self.budget.tickets
        for number in range(self._next_number, newest + 1):
            if most is not None and number >= most:
                break  # not passed over: somebody may ask for more of them
            self._next_number = number + 1
            if number not in done:
                assignment = self._issuer.issue(number, self.state)
                self._assigned[number] = assignment
                self._waiting.append(assignment)
                self._issued = max(self._issued, number + 1)

    def _dispatch(self) -> None:
        """Start work on everything issued; only called when all that it rests upon is durable."""
        for assignment in self._waiting:
            task = asyncio.create_task(self._attempts.work(assignment))
            task.add_done_callback(partial(self._notice, assignment.ticket.number))
            self._tasks[assignment.ticket.number] = task
        self._waiting.clear()

    def _notice(self, number: int, task: asyncio.Task[_Result]) -> None:
        """Put a ticket among the finished ones; see at once that no model can be asked any more, whatever is due."""
        if task.cancelled() or self._tasks.get(number) is not task:
            return
        error = task.exception()
        (self._unpaid if isinstance(error, BudgetSpent) else self._over).add(number)
        if isinstance(error, LLMError):
            self._hopeless = self._hopeless or error
        self._woken.set()

    async def _commits(self) -> AsyncGenerator[Commit, None]:
        self.run_state = "failed"
        try:
            ended = self._ended()
            while ended is None:
                if not self._draining.is_set():
                    self._dispatch()
                numbers = await self._ready()
                if not numbers:
                    self.run_state = "paused" if self._asked_to_pause else "interrupted"
                    self.stop_reason = self._asked_to_pause
                    return
                batch, ended = self._settle(numbers)
                await self._store.append(batch, issued=self._issued, seconds=self.seconds)
                reached(CrashPoint.COMMIT_STORED)
                for commit in batch:
                    yield commit
                    reached(CrashPoint.COMMIT_YIELDED)
            self.run_state, self.stop_reason = ended
            self.pause = self._watch.pause
        except BudgetSpent as spent:
            self.run_state, self.stop_reason = "finished", spent.key
        except (InfraError, LLMError) as error:
            self.run_state, self.stop_reason = "paused", redact(str(error), self.secrets)
        except (asyncio.CancelledError, GeneratorExit):
            self.run_state = "interrupted"
            raise
        finally:
            await self._halt()

    def _settle(self, numbers: list[int]) -> tuple[list[Commit], _Ended | None]:
        """Fold finished tickets one by one; the log ends at the commit where a stop rule fires."""
        batch: list[Commit] = []
        for number in numbers:
            if batch and self._tasks[number].exception():
                break  # What came before it is appended first; the next round meets it again.
            try:
                proposal, evaluation = self._taken(number).result()
            except InfraError as error:
                self.pause = self._stuck(number, redact(str(error), self.secrets))
                raise
            after_seq = self._assigned.pop(number).ticket.after_seq
            commit = self.state.settle(after_seq=after_seq, proposal=proposal, evaluation=evaluation, at=time.time())
            reached(CrashPoint.COMMIT_BUILT)
            self._shelve(commit)
            self._attempts.forget(commit)
            batch.append(commit)
            trouble = self._watch.observe(commit, self.state)
            spent = self._watch.nothing_left(commit, self.state)
            ended = self._ended() or (("finished", NOTHING_LEFT) if spent else ("paused", trouble) if trouble else None)
            if ended:
                return batch, ended
            self._issue()
        return batch, None

    def _stuck(self, ticket: int, reason: str) -> Pause:
        before = self.header.stop_reason if self.header.state == "paused" else ""
        return Pause.at(ticket, reason, before, moved=self.state.seq > self._begun)

    def _shelve(self, commit: Commit) -> None:
        # A duplicate has no evaluation of its own; the first commit of its program has put it there.
        if commit.proposal.program and commit.evaluation and not commit.proposal.repetition:
            self.library.put(commit.proposal.program, commit.evaluation)

    def _ended(self) -> _Ended | None:
        reason = stop_reason(self.budget, self.state, self.seconds, self.folder)
        return ("finished", reason) if reason else None

    async def _ready(self) -> list[int]:
        """Wait for tickets that may be committed now, in the order in which they are; none when nothing can follow.

        Raises:
            LLMError: some ticket met what no ticket can get past.
        """
        while True:
            await self._enter()
            if self._draining.is_set():
                self._attempts.waits.calm()
                await self._drop_unasked()
            found = self._finished()
            if found:
                return found
            if not self._tasks or (self._ordered and self.state.seq + 1 not in self._tasks):
                return []
            if self._hopeless:
                raise self._hopeless
            await self._stirred()

    async def _stirred(self) -> None:
        """Wait until a ticket is finished, or somebody outside wants something."""
        if not self._draining.is_set():
            await self._woken.wait()
            return
        waking = [asyncio.ensure_future(each) for each in (self._woken.wait(), self._attempts.waits.stirring())]
        try:
            await asyncio.wait(waking, return_when="FIRST_COMPLETED")
        finally:
            for each in waking:
                each.cancel()

    async def _enter(self) -> None:
        """Enter what is to be entered: here, where all that was committed is durable and folded."""
        self._woken.clear()
        while self._entries:
            kind, author, data, entered = self._entries.pop(0)
            try:
                event = await self._store.add_event(kind, author=author, data=data, after_seq=self.state.seq)
                self.state.note(event)
            except EvoError as error:
                _fail(entered, error)
                continue
            if not entered.done():
                entered.set_result(event)

    def _finished(self) -> list[int]:
        if not self._ordered:
            if self._over:
                return heapq.nsmallest(_BATCH, self._over)
            # What was paid for is committed before the budget ends the run.
            return [min(self._unpaid)] if self._unpaid and len(self._unpaid) == len(self._tasks) else []
        found: list[int] = []
        number = self.state.seq + 1
        while len(found) < _BATCH and number in self._tasks and self._tasks[number].done():
            found.append(number)
            number += 1
        return found

    async def _drop_unasked(self) -> None:
        """Take back the tickets whose model has not been asked yet; a resume issues them again, equal."""
        seeds = len(self._issuer.seeds)
        idle = self._attempts
        dropped = [n for n in self._tasks if idle.stuck(n) or (n >= seeds and idle.unsent(n))]
        await cancelled([self._taken(number) for number in dropped])

    def _taken(self, number: int) -> asyncio.Task[_Result]:
        """Return the work on a ticket, which is out of the loop's hands from now on."""
        self._over.discard(number)
        self._unpaid.discard(number)
        return self._tasks.pop(number)

    async def _halt(self) -> None:
        tasks = list(self._tasks.values())
        for kept in (self._tasks, self._over, self._unpaid):
            kept.clear()
        for *_, entered in self._entries:
            _fail(entered, ConflictError(_OVER))
        self._halted = True
        self._entries.clear()
        await cancelled(tasks)
        await self._attempts.close()
        try:
            if self._telling is not None:
                await self._telling
            await self._record()
        except StoreError:
            # A failed write has been raised already, with its cause; what was durable still is.
            if self.run_state != "failed":
                raise

    async def _record(self) -> None:
        await self._store.update(
            state=self.run_state, stop_reason=self.stop_reason, issued=self._issued, seconds=self.seconds
        )


def _fail(entered: asyncio.Future[Event], error: EvoError) -> None:
    if not entered.done():
        entered.set_exception(error)


@contextmanager
def _uncollected() -> Generator[None]:
    """Make many values that stay: looking through all of them for cycles, again and again, is half of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
