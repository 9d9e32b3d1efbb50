"""A run's store in memory: as much of `evo.Store` as a search needs, for tests that take milliseconds."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evo.errors import ConflictError, EvoError
from evo.records import GENESIS, Event, bind, chain_event, in_order
from evo.store.store import RunHeader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from evo.canonical import JSON
    from evo.records import Commit, Completion, Entry, Evaluation, EventKind, Program, Request


class MemoryAnswers:
    """Answers by request; an `evo.llm.model.AnswerLog`.

    Attributes:
        answers: by the hash of the request.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Completion] = {}

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to an equal request, or None."""
        return self.answers.get(request.hash)

    async def save(self, request: Request, completion: Completion) -> None:
        """Store an answer; saving an equal request again changes nothing."""
        self.answers.setdefault(request.hash, completion)


class MemoryStore(MemoryAnswers):
    """The log, the programs and the answers of one run, gone with the process.

    A search that is begun again on the same store goes on where its log ends, as after a `resume`.

    Args:
        seeds: the programs that the run starts from.
        seed: of the run.
    """

    def __init__(self, seeds: Iterable[Program] = (), *, seed: int = 0) -> None:
        super().__init__()
        self._header = _header(seed)
        self._programs = {each.id: each for each in seeds}
        self._evaluations: dict[str, Evaluation] = {}
        self._commits: list[Commit] = []
        self._events: list[Event] = []

    def header(self) -> RunHeader:
        """Return what the run is, and how it stands."""
        return self._header

    async def append(self, commits: Sequence[Commit], *, issued: int, seconds: float) -> None:
        """Add commits to the log.

        Raises:
            EvoError: they do not follow the last one.
        """
        for commit in commits:
            if commit.seq != len(self._commits):
                raise EvoError(f"commit {commit.seq} was appended; expected commit {len(self._commits)} to be the next")
            self._commits.append(commit)
            program, evaluation = commit.proposal.program, commit.evaluation
            if program is not None:
                self._programs.setdefault(program.id, program)
            if program is not None and evaluation is not None:
                self._evaluations.setdefault(program.id, evaluation)
        self._header = replace(self._header, issued=issued, seconds=seconds)

    async def update(self, *, state: str, stop_reason: str, issued: int, seconds: float) -> None:
        """Record how the run stands."""
        self._header = replace(self._header, state=state, stop_reason=stop_reason, issued=issued, seconds=seconds)

    async def add_event(
        self, kind: EventKind, *, author: str, data: Mapping[str, JSON], after_seq: int | None = None
    ) -> Event:
        """Enter an event at the end of the log.

        Raises:
            ConflictError: the log does not end at commit `after_seq`.
        """
        seq = len(self._commits) - 1
        if after_seq not in {None, seq}:
            raise ConflictError(f"an event after commit {after_seq} was entered, but the log ends at commit {seq}")
        log_hash = self._commits[-1].hash if self._commits else GENESIS
        for each in self._events:
            log_hash = bind(log_hash, each) if each.after_seq == seq else log_hash
        event = Event(
            number=len(self._events), kind=kind, author=author, after_seq=seq, data=dict(data), at=time.time()
        )
        before = self._events[-1].hash if self._events else GENESIS
        self._events.append(replace(event, hash=chain_event(before, log_hash, event)))
        return self._events[-1]

    def add_evaluation(self, program: Program, evaluation: Evaluation) -> None:
        """Keep an evaluation that no commit has used yet."""
        self._programs.setdefault(program.id, program)
        self._evaluations.setdefault(program.id, evaluation)

    def spare_evaluations(self) -> dict[str, Evaluation]:
        """Return the evaluations that no commit has used yet, by program."""
        used = {each.evaluation.program for each in self._commits if each.evaluation}
        return {name: each for name, each in self._evaluations.items() if name not in used}

    def program(self, program_id: str) -> Program | None:
        """Return a program by its full id."""
        return self._programs.get(program_id)

    def evaluation(self, program_id: str) -> Evaluation | None:
        """Return the evaluation of a program by its full id, whether or not a commit has used it yet."""
        return self._evaluations.get(program_id)

    def tickets(self) -> frozenset[int]:
        """Return the numbers of all committed tickets."""
        return frozenset(each.ticket for each in self._commits)

    def commits(self) -> Iterator[Commit]:
        """Yield the commits in order."""
        yield from self._commits

    def events(self) -> list[Event]:
        """Return all events in order."""
        return list(self._events)

    def log(self) -> Iterator[Entry]:
        """Yield the whole log: commits, and events between them."""
        return in_order(list(self._commits), self.events())

    @property
    def folder(self) -> Path:
        """Where the run would lie; nothing is written there."""
        return Path("memory")

    def close(self) -> None:
        """Keep everything: the store may be taken up again."""


def _header(seed: int) -> RunHeader:
    nothing = dict.fromkeys(("version", "instance", "fingerprint", "unit", "spec"), "")
    return RunHeader(
        id="memory",
        created=0.0,
        problem="sample",
        direction="maximize",
        seed=seed,
        islands=1,
        cells=1,
        axes="[]",
        seeds="[]",
        tier="none",
        **nothing,
    )
