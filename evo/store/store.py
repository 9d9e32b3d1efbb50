"""One run, durable: what the search writes while it lives and reads when it comes back."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import time
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Self, cast

from sqlalchemy import Integer, exists, func, select, true
from sqlalchemy import cast as cast_column
from sqlalchemy.exc import SQLAlchemyError

from evo.errors import ConflictError, StoreError
from evo.records import FOLLOW_UP, SHARED, Finish, Purpose, Request, in_order
from evo.store import backup, checkup, events, migrations, rows, schema
from evo.store.reading import log, recall
from evo.store.stage_results import StoredStages
from evo.store.trees import read_tree, read_trunk, tree_rows
from evo.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection, Engine

    from evo.canonical import JSON
    from evo.records import Commit, Completion, Entry, Evaluation, Event, EventKind, Program, Tree
    from evo.store.rows import Statement

DATABASE = "run.db"
_IS_THERE = "SELECT 1 FROM answers WHERE purpose = ? AND subject = ? AND attempt = ? AND request = ?"
_FIND = "SELECT * FROM answers WHERE purpose = ? AND subject = ? AND attempt = ? AND request = ?"


TRUST: Final = "trust"
"""The group of a run's grounds that says what its scores are worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """What a run is, written once, and how it stands, written as it goes.

    Attributes:
        created: Unix time in seconds; the newest run is `@last`.
        fingerprint: hash of the problem's definition and judge, checked on resume.
        axes: the archive's axes as JSON, for drawing maps without the problem at hand.
        cells: cells of one island's archive.
        seeds: JSON list of [name, program id], in ticket order.
        spec: the resolved config, YAML.
        tier: isolation in force.
        state: running, finished, paused, interrupted or failed.
        issued: tickets issued so far.
        seconds: wall time spent over all sessions.
        parts: JSON list, where each part of the run came from.
        grounds: JSON, the files and tools that its results stand on, each by its hash or version; "{}" where a run
            did not record them.
        tree: JSON, all but the files of the repository that is the program; "" where there is none.
    """

    id: str
    created: float
    version: str
    problem: str
    instance: str
    fingerprint: str
    direction: str
    unit: str
    seed: int
    islands: int
    cells: int
    axes: str
    seeds: str
    spec: str
    tier: str
    state: str = "running"
    stop_reason: str = ""
    issued: int = 0
    seconds: float = 0.0
    parts: str = "[]"
    grounds: str = "{}"
    tree: str = ""

    @property
    def trust(self) -> str:
        """What its scores are worth.

        "shared" where programs shared the process that scored them, "caller" where that was the caller's own; else "".
        """
        return str(json.loads(self.grounds or "{}").get(TRUST, {}).get("score", ""))


class Store:
    """The database of one run, open for writing.

    Every coroutine returns when what it was given is durable. Reads see only what is durable. Use from one event loop;
    the caller holds the run's lock.

    Raises (all methods that write):
        StoreError: the write failed; nothing after it will succeed either.
    """

    def __init__(self, engine: Engine, path: Path, tell: Callable[[str], None] | None = None) -> None:
        self._engine, self._path = engine, path
        self._writer = Writer(engine, path, *([tell] if tell else []))
        self._reader: Connection = engine.connect()
        self._raw = cast("sqlite3.Connection", self._reader.connection.driver_connection)
        self._entering, self._handed_in = asyncio.Lock(), -1

    @classmethod
    def create(
        cls, folder: Path, header: RunHeader, seeds: Iterable[Program] = (), *, tree: Tree | None = None
    ) -> Self:
        """Make the database of a new run in `folder`, with the programs that it starts from, and the tree around them.

        Raises:
            StoreError: there is no room for it, or the disk fails.
        """
        path = folder / DATABASE
        head: Statement = (rows.insert(schema.run), tuple(asdict(header).values()))
        try:
            store = cls(schema.create(path), path)
            around = tree_rows(tree) if tree else ()
            store._writer.submit([head, *around, *(rows.program_row(seed) for seed in seeds)]).result()
        except (StoreError, SQLAlchemyError) as error:
            said = getattr(error, "orig", None) or error.__cause__ or error
            why = f"{path}: the run's database cannot be made ({said})"
            raise StoreError(f"{why}; free some space, or name another place after --runs-dir") from error
        return store

    @classmethod
    def open(cls, folder: Path, *, tell: Callable[[str], None] | None = None) -> Self:
        """Open the database of an existing run.

        Args:
            folder: the run.
            tell: is told, from another thread, of what is no failure yet.

        Raises:
            NotFoundError: `folder` holds no run.
            DamagedError: the file is not a database of a version that this one can read, or it is damaged.
            StoreError: a file of an earlier version could not be brought up to this one.
        """
        path = folder / DATABASE
        migrations.upgrade(path)
        engine = schema.engine_for(path, write=True)
        checkup.check(path)
        return cls(engine, path, tell)

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self._path.parent

    async def append(self, commits: Sequence[Commit], *, issued: int, seconds: float) -> None:
        """Make commits durable, all or none; they follow the last one in `seq` without a gap.

        Args:
            commits: in order.
            issued: tickets issued so far.
            seconds: wall time spent on the run so far, over all sessions.
        """
        self._handed_in = commits[-1].seq if commits else self._handed_in
        stand: Statement = ("UPDATE run SET issued = ?, seconds = ?", (issued, seconds))
        await self._write([*(row for commit in commits for row in rows.commit_rows(commit)), stand])

    async def save(self, request: Request, completion: Completion) -> None:
        """Make a model's answer durable, before anything reads it."""
        await self._write([rows.answer_row(request, completion, time.time())])

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to a request, or None."""
        # On the path of every candidate: text instead of an expression saves half a millisecond.
        key = (request.purpose, request.subject, request.attempt, request.hash)
        if self._raw.execute(_IS_THERE, key).fetchone() is None:
            return None
        row = self._reader.exec_driver_sql(_FIND, key).first()
        return rows.completion(row) if row else None

    def charged(self) -> tuple[float, int]:
        """Return usd and tokens of all answers, but for proposals, insights and advice that no commit has used yet."""
        table = schema.answers.c
        committed = exists().where(schema.commits.c.ticket == cast_column(table.subject, Integer))
        own = table.purpose.not_in(list(SHARED)) & ((table.purpose != Purpose.PROPOSE) | committed)
        usd, tokens = 0.0, 0
        # One question each: together they would need a column more than the index of sums holds.
        for chosen in (own, _learned_shared()):
            query = select(func.total(table.cost_usd), func.total(table.prompt_tokens + table.completion_tokens))
            found = self._reader.execute(query.where(chosen)).one()
            usd, tokens = usd + float(found[0]), tokens + int(found[1])
        return usd, tokens

    def counted(self, llm: str, newest: int) -> tuple[int, list[tuple[Request, Completion]]]:
        """Return what a role's model took on committed tickets, guesses left out.

        Args:
            llm: the role.
            newest: how many of them at most, second turns aside.

        Returns:
            The most tokens of an answer, and the newest requests, but for their seeds, with their answers.
        """
        table, ticket = schema.answers.c, cast_column(schema.answers.c.subject, Integer)
        said = (table.purpose == Purpose.PROPOSE) & (table.llm == llm) & (table.estimated == 0)
        used = exists().where(schema.commits.c.ticket == ticket)
        chosen = said & (table.finish != Finish.ERROR) & used
        longest = self._reader.execute(select(func.max(table.completion_tokens)).where(chosen)).scalar()
        first = chosen & (table.attempt < FOLLOW_UP)
        found = self._reader.execute(select(schema.answers).where(first).order_by(ticket.desc()).limit(newest))
        return longest or 0, [
            (
                Request(purpose=row.purpose, subject=row.subject, prompt=rows.prompt(row), seed=0, llm=llm),
                rows.completion(row),
            )
            for row in found
        ]

    def learned_shared(self) -> frozenset[str]:
        """Return the requests, by hash, whose shared answers commits have used: they are charged already."""
        query = select(schema.answers.c.request).where(_learned_shared())
        return frozenset(self._reader.execute(query).scalars())

    def add_evaluation(self, program: Program, evaluation: Evaluation) -> Future[None]:
        """Queue an evaluation that no commit has used yet: after a crash it need not be made again.

        What is queued is durable no later than any commit appended afterwards.
        """
        return self._writer.submit([rows.program_row(program), *rows.evaluation_rows(evaluation)])

    async def update(self, *, state: str, stop_reason: str, issued: int, seconds: float) -> None:
        """Record how the run stands."""
        sql = "UPDATE run SET state = ?, stop_reason = ?, issued = ?, seconds = ?"
        await self._write([(sql, (state, stop_reason, issued, seconds))])

    async def begin_session(self) -> None:
        """Record that a process took the run up."""
        sql = "INSERT INTO sessions (started, pid, host) VALUES (?, ?, ?)"
        await self._write([(sql, (time.time(), os.getpid(), socket.gethostname()))])

    async def add_event(
        self, kind: EventKind, *, author: str, data: Mapping[str, JSON], after_seq: int | None = None
    ) -> Event:
        """Make an event durable at the end of the log, in force for every later commit.

        Args:
            kind: what it is about; whoever holds a `State` of the run folds a binding one before the next commit.
            author: "person", "evo" or the name of a tool; cleaned.
            data: what it says, without secrets; cleaned.
            after_seq: the last commit, as far as the caller knows; None for whichever it is.

        Returns:
            The event, with number and hash.

        Raises:
            EvoError: `data` is not plain or too large, or the author has no name.
            ConflictError: the log does not end at commit `after_seq`, or a commit is being written.
        """
        async with self._entering:
            event = events.next_event(
                self._reader, kind=kind, author=author, data=data, after_seq=after_seq, at=time.time()
            )
            if self._handed_in > event.after_seq:
                raise ConflictError(f"commit {self._handed_in} is being written; enter an event once it is durable")
            await self._write([events.event_row(event)])
        return event

    def events(self) -> list[Event]:
        """Return all events in order."""
        return events.read_events(self._reader)

    def amendments(self) -> list[str]:
        """Return what earlier sessions were told to do differently, "dotted.key=value" each, oldest first."""
        return events.read_amendments(self._reader)

    def abandoned(self) -> frozenset[int]:
        """Return the tickets that sessions, this one too, were told to commit as failed."""
        return events.read_abandoned(self._reader)

    async def _write(self, statements: Sequence[Statement]) -> None:
        await asyncio.wrap_future(self._writer.submit(statements))

    def header(self) -> RunHeader:
        """Return the run's header as stored."""
        return read_header(self._reader)

    def commits(self, *, lean: bool = False) -> Iterator[Commit]:
        """Yield the whole log in order, decoded in chunks; `lean`: what the fold needs of it, see `recall`."""
        return recall.everything(self._reader) if lean else log.read(self._reader)

    def log(self) -> Iterator[Entry]:
        """Yield what a fold needs of the whole log: commits, lean as `recall` has them, and events between them."""
        return in_order(self.commits(lean=True), self.events())

    def tickets(self) -> frozenset[int]:
        """Return the numbers of all committed tickets."""
        return frozenset(self._reader.execute(select(schema.commits.c.ticket)).scalars())

    def spare_evaluations(self) -> dict[str, Evaluation]:
        """Return the evaluations that no commit has used yet, by program."""
        used = select(schema.commits.c.program).where(schema.commits.c.evaluated == 1)
        query = select(schema.evaluations.c.program).where(schema.evaluations.c.program.not_in(used))
        found = self._reader.execute(query).scalars().all()
        return {program: evaluation for program in found if (evaluation := self.evaluation(program))}

    async def flag(self, program_id: str, flags: Sequence[str]) -> None:
        """Replace the flags of a stored evaluation."""
        await self._write([("UPDATE evaluations SET flags = ? WHERE program = ?", (json.dumps(flags), program_id))])

    def program(self, program_id: str) -> Program | None:
        """Return a program by its full id."""
        row = self._reader.execute(select(schema.programs).where(schema.programs.c.id == program_id)).first()
        return rows.program(row, partial(read_trunk, self._reader)) if row else None

    def tree(self) -> Tree | None:
        """Return the tree of the repository that the run's programs are changes of, None where they are none."""
        return read_tree(self._reader)

    def evaluation(self, program_id: str) -> Evaluation | None:
        """Return the evaluation of a program by its full id, whether or not a commit has used it yet."""
        return read_evaluation(self._reader, program_id)

    def stage_cache(self) -> StoredStages:
        """Return the stage results kept in this database."""
        return StoredStages(self._reader, self._writer)

    def back_up(self) -> None:
        """Put a copy of the run as it stands beside it, in place of an earlier one.

        Raises:
            StoreError: there is no room; the run itself is whole.
        """
        target = self.folder / backup.BACKUP
        try:
            backup.copy(self._path, target)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{target}: no copy could be made ({error}); the run is whole") from error

    def quirks(self) -> dict[str, tuple[str, ...]]:
        """Return the parameters that each role's model turned out not to take."""
        found: dict[str, tuple[str, ...]] = {}
        for llm, parameter in self._reader.execute(select(schema.quirks)):
            found[llm] = (*found.get(llm, ()), parameter)
        return found

    def add_quirk(self, llm: str, parameter: str) -> None:
        """Queue what was learnt about a role's model; it is durable no later than any commit appended afterwards."""
        self._writer.submit([(rows.insert(schema.quirks, once=True), (llm, parameter))])

    def batches(self, llm: str) -> list[tuple[str, str, tuple[str, ...]]]:
        """Return tag, id and requests of what was sent as batches for a role, oldest first."""
        table = schema.batches
        query = select(table).where(table.c.llm == llm).order_by(table.c.at, table.c.tag)
        return [(row.tag, row.id, rows.strings(row.requests)) for row in self._reader.execute(query)]

    async def keep_batch(self, llm: str, tag: str, name: str, requests: Sequence[str]) -> None:
        """Make a batch durable, or what its id turned out to be: `name`."""
        insert = f"{rows.insert(schema.batches)} ON CONFLICT (tag) DO UPDATE SET id = excluded.id"
        await self._write([(insert, (tag, llm, name, json.dumps(requests), time.time()))])

    def close(self) -> None:
        """Write what is queued and let go of the file."""
        self._reader.close()
        self._writer.close()
        self._engine.dispose()


def _learned_shared() -> ColumnElement[bool]:
    table = schema.answers.c
    learned = func.json_each(schema.commits.c.learned).table_valued("value")
    used = select(learned.c.value).select_from(schema.commits.join(learned, true()))
    return table.purpose.in_(list(SHARED)) & table.request.in_(used)


def read_header(connection: Connection) -> RunHeader:
    """Read the run's header."""
    row = connection.execute(select(schema.run)).mappings().one()
    return RunHeader(**{str(name): value for name, value in row.items()})


def read_evaluation(connection: Connection, program_id: str) -> Evaluation | None:
    """Read one evaluation with its stages."""
    table, stage = schema.evaluations, schema.stages
    row = connection.execute(select(table).where(table.c.program == program_id)).first()
    if row is None:
        return None
    query = select(stage).where(stage.c.program == program_id).order_by(stage.c.position)
    return rows.evaluation(row, rows.stages(connection.execute(query)))
