"""A run, read-only: everything that can be told of it from its folder alone.

Nothing of the problem is imported and nothing is written; a run that lives may be watched while it is written. Every
read opens and closes its own connection, so a view never keeps the writer's log from being checkpointed.
"""

from __future__ import annotations

import math
import zlib
from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from sqlalchemy.exc import SQLAlchemyError

from evo.errors import DamagedError, NotFoundError
from evo.records import Commit, Direction, EventKind, in_order
from evo.store import retests, rows, schema
from evo.store.events import read_abandoned, read_amendments, read_events
from evo.store.lock import is_locked
from evo.store.progress_board import read_judgements
from evo.store.reading import extract, log, queries, recall, spend
from evo.store.reading.attempts import read_attempts
from evo.store.reading.layout import layouts
from evo.store.reading.wishes import WishBook
from evo.store.store import DATABASE, read_evaluation, read_header
from evo.store.trees import read_tree, read_trunk

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from os import PathLike

    from sqlalchemy import Connection, Engine

    from evo.canonical import JSON
    from evo.records import Completion, Elite, Entry, Evaluation, Event, Program, Prompt, Tree
    from evo.store.reading.attempts import Attempt
    from evo.store.reading.queries import Holding
    from evo.store.store import RunHeader

_CHUNK = 400


def open_run(path: str | PathLike[str]) -> RunView:
    """Open the run in a folder for reading.

    Raises:
        NotFoundError: the folder holds no run.
        DamagedError: its database is not one that this version can read.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise NotFoundError(f"{folder}: no such run folder; expected one that holds {DATABASE}, see `evo runs`")
    return RunView(folder, schema.engine_for(folder / DATABASE, write=False))


class RunView:
    """A read-only handle on one run; also a context manager.

    Attributes:
        folder: where the run lies.

    Raises (all methods):
        DamagedError: the database cannot be read any further.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self._engine = engine

    @contextmanager
    def _reading(self) -> Generator[Connection]:
        """Give a connection whose reads all see the same commits."""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                yield connection
        except (SQLAlchemyError, zlib.error, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise DamagedError(f"{self.folder / DATABASE}: cannot be read any further ({reason})") from error

    @property
    def header(self) -> RunHeader:
        """What the run is and how it stands, as recorded just now."""
        with self._reading() as connection:
            return read_header(connection)

    @property
    def direction(self) -> Direction:
        """Which objectives are better."""
        return Direction(self.header.direction)

    def state(self) -> str:
        """Return running, finished, paused, interrupted or failed.

        A run that is recorded as running while no process holds its lock was killed: it is interrupted.
        """
        # The lock is asked before and after: a run that ends or begins in between is not taken for a dead one.
        held = is_locked(self.folder)
        recorded = self.header.state
        alive = recorded != "running" or held or is_locked(self.folder)
        return recorded if alive else "interrupted"

    def status(self) -> dict[str, JSON]:
        """Return how the run stands, as plain data; the keys are part of the outside contract.

        `archive` sums over islands (so a program that lives on two islands counts in both); `qd_score` is the sum of
        the elites' objectives; `tokens`, `cost_usd` and `spend` count every answer received; cached tokens are among
        the prompt's, reasoning tokens among the completion's; `best` is null without a VALID program; `judgements` are
        those that run now, where their judges tell how far they are (`progress_board.read_judgements`).
        """
        state = self.state()
        with self._reading() as connection:
            header = read_header(connection)
            direction = Direction(header.direction)
            counts, spent = queries.tally(connection), spend.spending(connection)
            best = queries.best(connection, direction)
            held = queries.holdings(connection, direction)
            noisy, tested = retests.noisy(connection), retests.tested(connection)
            noted = read_events(connection)
        each = [layout.cells for layout in layouts(header)]
        cells = sum(each)
        islands: list[JSON] = [_island(number, size, held) for number, size in enumerate(each)]
        return {
            "run": header.id,
            "problem": header.problem,
            "instance": header.instance,
            "state": state,
            "stop_reason": header.stop_reason,
            "seed": header.seed,
            "tickets_issued": header.issued,
            "committed": counts.committed,
            "evaluations": counts.evaluations,
            "outcomes": dict(counts.outcomes),
            "valid": counts.valid,
            "ended_early": counts.ended_early,
            "charged_units": round(counts.charged, 6),
            "direction": header.direction,
            "unit": header.unit,
            "holdout": _holdout(noted),
            "splits": _splits(noted),
            "best": _best(best, noisy, tested) if best else None,
            "noisy": len(noisy),
            "archive": {"cells": cells, **_filling(cells, held)},
            "islands": islands,
            "tier": header.tier,
            "trust": header.trust,
            "outcomes_by_model": {model: dict(found) for model, found in spent.outcomes.items()},
            "second_turns": {model: dict(found) for model, found in spent.second_turns.items()},
            "tokens": {
                "prompt": spent.total.prompt_tokens,
                "completion": spent.total.completion_tokens,
                "cached": spent.total.cached_tokens,
                "reasoning": spent.total.reasoning_tokens,
            },
            "cost_usd": spent.total.cost_usd,
            "spend": spent.plain(),
            "seconds": header.seconds,
            "judgements": [*(read_judgements(self.folder) if state == "running" else ())],
            "events": counts.events,
            "log_hash": counts.log_hash,
        }

    def committed(self) -> int:
        """Return the number of commits."""
        with self._reading() as connection:
            return queries.committed(connection)

    def events(self) -> list[Event]:
        """Return the entries of the log beside the commits, in order."""
        with self._reading() as connection:
            return read_events(connection)

    def wishes(self) -> WishBook:
        """Return what people have asked of the tickets to come, and so which tickets heeded it."""
        steered = [each for each in self.events() if each.kind is EventKind.STEER]
        told = [(each.number, each.author, each.after_seq, each.data) for each in steered]
        return WishBook(self.header.seed, told)

    def amendments(self) -> list[str]:
        """Return what sessions were told to do differently, "dotted.key=value" each, oldest first."""
        with self._reading() as connection:
            return read_amendments(connection)

    def abandoned(self) -> frozenset[int]:
        """Return the tickets that sessions were told to commit as failed."""
        with self._reading() as connection:
            return read_abandoned(connection)

    def plan(self) -> list[tuple[int, int]]:
        """Return ticket and `after_seq` of every commit, in order: how the log has to be made again."""
        with self._reading() as connection:
            return queries.plan(connection)

    def scores(self) -> list[float | None]:
        """Return the objective of every evaluation in commit order, None for one that is not VALID."""
        with self._reading() as connection:
            return queries.scores(connection)

    def costs(self) -> list[float]:
        """Return the money spent, in usd, up to and with the commit of every evaluation, in commit order."""
        with self._reading() as connection:
            return queries.costs(connection)

    def charged(self, requests: Sequence[str]) -> tuple[float, int]:
        """Return usd and tokens that the answers to these requests cost."""
        with self._reading() as connection:
            return spend.charged(connection, requests)

    def attempts(self) -> list[Attempt]:
        """Return every ticket in order as one light row: how it ended, what it scored and cost; no texts."""
        with self._reading() as connection:
            return read_attempts(connection)

    def best(self) -> tuple[str, float, int] | None:
        """Return program, objective and ticket of the best VALID program, the earliest of equals; None without any."""
        direction = self.direction
        with self._reading() as connection:
            return queries.best(connection, direction)

    def holdings(self) -> list[Holding]:
        """Return every filled cell of every island with its elite, best first."""
        direction = self.direction
        with self._reading() as connection:
            return queries.holdings(connection, direction)

    def top(self, k: int) -> list[Elite]:
        """Return up to `k` elites of different programs, best first; cells are those of their first island."""
        elites = {holding.elite.program: holding.elite for holding in reversed(self.holdings())}
        return list(reversed(elites.values()))[:k] if k > 0 else []

    def program(self, program_id: str) -> Program | None:
        """Return a program by its full id."""
        with self._reading() as connection:
            row = connection.execute(schema.programs.select().where(schema.programs.c.id == program_id)).first()
            return rows.program(row, partial(read_trunk, connection)) if row else None

    def tree(self) -> Tree | None:
        """Return the tree of the repository that the run's programs are changes of, None where they are none."""
        with self._reading() as connection:
            return read_tree(connection)

    def evaluation(self, program_id: str) -> Evaluation | None:
        """Return the evaluation of a program by its full id."""
        with self._reading() as connection:
            return read_evaluation(connection, program_id)

    def retests(self, program_id: str) -> list[float | None]:
        """Return what a program scored on fresh seeds after its evaluation, in order; None for a test that failed."""
        with self._reading() as connection:
            return retests.scores(connection, program_id)

    def tested(self) -> Mapping[str, retests.Tested]:
        """Return what the scores of every program that was tested again amount to, by program."""
        with self._reading() as connection:
            return retests.tested(connection)

    def noisy(self) -> frozenset[str]:
        """Return the programs that scored otherwise when they were run again."""
        with self._reading() as connection:
            return retests.noisy(connection)

    def commit_of(self, program_id: str) -> Commit | None:
        """Return the commit that brought a program first, by its full id."""
        with self._reading() as connection:
            return _at(connection, queries.first_seq(connection, program_id))

    def commit(self, ticket: int) -> Commit | None:
        """Return the commit of a ticket."""
        with self._reading() as connection:
            return _at(connection, queries.seq_of(connection, ticket))

    def tickets_of(self, program_id: str) -> tuple[int, ...]:
        """Return all tickets that proposed a program, the first one first."""
        with self._reading() as connection:
            return queries.tickets_of(connection, program_id)

    def answer(self, commit: Commit) -> tuple[Prompt, Completion] | None:
        """Return what the model was asked for a commit and what it said; None for a seed."""
        with self._reading() as connection:
            return queries.answer(connection, commit.ticket, commit.proposal.requests)

    def advice(self, commit: Commit) -> list[tuple[str, str]]:
        """Return (purpose, text) of the advice that a commit's ticket was given: purpose is "tactic" or "note"."""
        requests = commit.proposal.requests
        if not requests[1:]:
            return []
        with self._reading() as connection:
            return queries.advice(connection, requests)

    def answers(self, purpose: str) -> list[Completion]:
        """Return all that models said for one purpose, in the order in which it came."""
        with self._reading() as connection:
            return queries.answers(connection, purpose)

    def parents(self, program_id: str) -> tuple[str, ...]:
        """Return the ids of the programs that a program was made from."""
        commit = self.commit_of(program_id)
        return commit.proposal.parents if commit else ()

    def ancestry(self, program_id: str) -> Iterator[Commit]:
        """Yield the commits that brought a program and all that it was made from, in order: see `recall`."""
        with self._reading() as connection:
            yield from recall.ancestry(connection, program_id)

    def children(self, program_id: str) -> tuple[str, ...]:
        """Return the ids of the programs that were made from a program, in commit order."""
        with self._reading() as connection:
            return queries.children(connection, program_id)

    def beginning(self, prefix: str, most: int) -> tuple[str, ...]:
        """Return at most `most` ids of committed programs that begin with `prefix`, sorted."""
        with self._reading() as connection:
            return queries.beginning(connection, prefix, most)

    def log(self, first: int = 0, told: int = 0) -> Iterator[Entry]:
        """Yield the log in order, `_CHUNK` commits at a time: commits, and the events between them.

        Args:
            first: the seq of the first commit that is wanted.
            told: how many events are not, of those that come first.
        """
        while True:
            # One connection per chunk: a consumer that takes its time holds nothing open.
            with self._reading() as connection:
                chunk = list(log.read(connection, first, first + _CHUNK - 1))
                events = read_events(connection)[told:]
            first += _CHUNK
            more = len(chunk) == _CHUNK
            if more:
                # Those at the end of the chunk stand at the beginning of the next: another may come until then.
                events = list(takewhile(partial(_precedes, first - 1), events))
            told += len(events)
            yield from in_order(chunk, events)
            if not more:
                return

    def commits(self) -> Iterator[Commit]:
        """Yield the commits of the log in order, `_CHUNK` at a time."""
        return (entry for entry in self.log() if isinstance(entry, Commit))

    def figures(self) -> tuple[list[str], list[str]]:
        """Return the names of all measures and of all metrics that occur, in the order of their first commit."""
        with self._reading() as connection:
            return queries.figures(connection)

    def sources(self) -> tuple[list[str], list[str]]:
        """Return the operators that made proposals and the roles of `llms` that answered, sorted."""
        with self._reading() as connection:
            return queries.sources(connection)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the whole log in order as plain values: the lines of `evo export --format jsonl`, events among them."""
        trust = self.header.trust
        return (extract.record(entry, trust) for entry in self.log())

    def table(self) -> Iterator[dict[str, Any]]:
        """Yield the log in order as flat rows: those of `evo export`, numbers as numbers and what is absent as None."""
        names, found = extract.table(self, self.commits())
        return (dict(zip(names, row, strict=True)) for row in found)

    def traces(self) -> Iterator[dict[str, Any]]:
        """Yield prompt, answer and reward of each ticket that a model answered: `evo export --format traces`."""
        return extract.traces(self, self.commits())

    def frame(self, kind: extract.Kind = "table") -> Any:  # noqa: ANN401 - pandas is no dependency
        """Return what `table` (or `records`, `traces`) yields as a `pandas.DataFrame`, one row per ticket.

        Raises:
            UsageError: pandas is not installed.
        """
        return extract.frame(self, kind)

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _precedes(seq: int, event: Event) -> bool:
    return event.after_seq < seq


def _at(connection: Connection, seq: int | None) -> Commit | None:
    return None if seq is None else next(log.read(connection, seq, seq), None)


def _best(best: tuple[str, float, int], noisy: frozenset[str], tested: Mapping[str, retests.Tested]) -> dict[str, JSON]:
    program, objective, ticket = best
    scores = tested.get(program)
    return {
        "program": program,
        "objective": objective,
        "ticket": ticket,
        "noisy": program in noisy,
        "scores": scores.count if scores else 1,
        "spread": scores.spread if scores else 0.0,
    }


def _holdout(events: Sequence[Event]) -> JSON:
    """Return what the best program scored on instances drawn from the run's secret; None before, or without such."""
    return next((event.data["holdout"] for event in reversed(events) if "holdout" in event.data), None)


def _island(number: int, cells: int, held: Sequence[Holding]) -> dict[str, JSON]:
    here = [holding for holding in held if holding.island == number]
    best: JSON = {"program": here[0].elite.program, "objective": here[0].elite.objective} if here else None
    return {"island": number, **_filling(cells, here), "best": best}


def _filling(cells: int, held: Sequence[Holding]) -> dict[str, JSON]:
    filled = len({(holding.island, holding.elite.cell) for holding in held})
    coverage = filled / cells if cells else 0.0
    score = math.fsum(holding.elite.objective for holding in held)
    return {"filled": filled, "coverage": coverage, "qd_score": score}


def _splits(events: Sequence[Event]) -> JSON:
    """Return what programs scored on other splits than that of the search: the last of each program and split."""
    notes = [cast("dict[str, JSON]", event.data["split"]) for event in events if "split" in event.data]
    return list({(each["split"], each["program"]): each for each in notes}.values())
