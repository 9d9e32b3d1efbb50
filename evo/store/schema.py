"""The tables of a run's database, and how one is told from other files.

One database holds one run. STRICT tables and CHECKs make the invariants of the records hold in the file as well: a
score is finite or absent, and present iff the evaluation is VALID. Texts of programs, prompts and answers are stored
compressed (zlib); lists and mappings of a few items as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.exc import DatabaseError

from evo.errors import DamagedError, NotFoundError
from evo.records import Arm, EntryKind, EvaluationStatus, EventKind, Outcome, PlacementStatus, Rule, StageStatus
from evo.store import engines
from evo.store.backup import BACKUP

if TYPE_CHECKING:
    from enum import StrEnum
    from pathlib import Path

    from sqlalchemy import Engine

SCHEMA_VERSION = 7
APPLICATION_ID = 0x65766F31  # "evo1": tells our databases from others

metadata = MetaData()


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})")


def _table(
    name: str, *parts: Column[object] | CheckConstraint | PrimaryKeyConstraint | UniqueConstraint, formerly: str = ""
) -> Table:
    """Declare a table; `formerly` is the SELECT that gives its rows in a file of a version that did not have it."""
    return Table(name, metadata, *parts, sqlite_strict=True, info={"formerly": formerly})


run = _table(
    "run",
    Column("id", Text, primary_key=True),
    Column("created", REAL, nullable=False),
    Column("version", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("instance", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("islands", Integer, nullable=False),
    Column("cells", Integer, nullable=False),
    Column("axes", Text, nullable=False),
    Column("seeds", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("stop_reason", Text, nullable=False),
    Column("issued", Integer, nullable=False),
    Column("seconds", REAL, nullable=False),
    Column("parts", Text, nullable=False, server_default="[]"),
    Column("grounds", Text, nullable=False, server_default="{}"),
    Column("tree", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('running', 'finished', 'paused', 'interrupted', 'failed')"),
)

sessions = _table(
    "sessions",
    Column("number", Integer, primary_key=True),
    Column("started", REAL, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("host", Text, nullable=False),
)

programs = _table(
    "programs",
    Column("id", Text, primary_key=True),
    Column("language", Text, nullable=False),
    Column("files", LargeBinary, nullable=False),
    # Of a repository: the tree that it changes, of which `files` has what differs.
    Column("trunk", Text, nullable=False, server_default=""),
)

# The tree of a repository that is the program, once.
tree = _table(
    "tree",
    Column("path", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    _one_of("kind", EntryKind),
)

answers = _table(
    "answers",
    Column("purpose", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("request", Text, nullable=False),
    Column("llm", Text, nullable=False),
    Column("prompt", LargeBinary, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("finish", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("cost_usd", REAL, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", REAL, nullable=False),
    Column("cached_tokens", Integer, nullable=False, server_default="0"),
    Column("reasoning_tokens", Integer, nullable=False, server_default="0"),
    Column("estimated", Integer, nullable=False, server_default="0"),
    Column("thoughts", LargeBinary),
    PrimaryKeyConstraint("purpose", "subject", "attempt", "request"),
)

evaluations = _table(
    "evaluations",
    Column("program", Text, ForeignKey("programs.id"), primary_key=True),
    Column("status", Text, nullable=False),
    Column("objective", REAL),
    Column("measures", Text, nullable=False),
    Column("metrics", Text, nullable=False),
    Column("feedback", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("flags", Text, nullable=False),
    Column("error", REAL, nullable=False, server_default="0.0"),
    _one_of("status", EvaluationStatus),
    CheckConstraint("(status = 'VALID') = (objective IS NOT NULL)"),
    CheckConstraint("objective IS NULL OR abs(objective) <= 1.7976931348623157e308"),
)

stages = _table(
    "stages",
    Column("program", Text, ForeignKey("evaluations.program"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("seconds", REAL, nullable=False),
    Column("cpu_seconds", REAL, nullable=False),
    Column("max_rss_mb", REAL, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    PrimaryKeyConstraint("program", "position"),
    _one_of("status", StageStatus),
)

commits = _table(
    "commits",
    Column("seq", Integer, primary_key=True),
    Column("ticket", Integer, nullable=False, unique=True),
    Column("after_seq", Integer, nullable=False),
    Column("island", Integer),
    Column("operator", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("program", Text, ForeignKey("programs.id")),
    Column("evaluated", Integer, nullable=False),
    Column("llm", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("requests", Text, nullable=False),
    Column("answers", Text, nullable=False),
    Column("learned", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at", REAL, nullable=False),
    _one_of("outcome", Outcome),
    CheckConstraint("after_seq < seq AND seq >= 0"),
    CheckConstraint("(program IS NOT NULL) = (outcome IN ('PROPOSED', 'DUPLICATE'))"),
)

# Before version 3 the amendments of a resume stood with its session, and in no chain: commits made before it began are
# those that were there, and who reads such a file chains them (`store.events`).
_AMENDMENTS = """
    SELECT row_number() OVER (ORDER BY number) - 1 AS number, 'amendment' AS kind, 'person' AS author,
        (SELECT coalesce(max(seq), -1) FROM main.commits WHERE at <= started) AS after_seq,
        json_object('set', json(amendment)) AS data, NULL AS hash, started AS at
    FROM main.sessions WHERE amendment != ''
"""

events = _table(
    "events",
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("after_seq", Integer, nullable=False),
    Column("data", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("at", REAL, nullable=False),
    _one_of("kind", EventKind),
    CheckConstraint("number >= 0 AND after_seq >= -1"),
    formerly=_AMENDMENTS,
)

edges = _table(
    "edges",
    Column("seq", Integer, ForeignKey("commits.seq"), nullable=False),
    Column("role", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("program", Text, nullable=False),
    PrimaryKeyConstraint("seq", "role", "position"),
    CheckConstraint("role IN ('parent', 'inspiration')"),
)

placements = _table(
    "placements",
    Column("seq", Integer, ForeignKey("commits.seq"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("source", Integer),  # the island that a migrant left; NULL for a newborn
    Column("program", Text, nullable=False),
    Column("island", Integer, nullable=False),
    Column("cell", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("displaced", Text),
    Column("delta", REAL),
    PrimaryKeyConstraint("seq", "position"),
    _one_of("status", PlacementStatus),
)

# What novelty compared of a commit's program, and what the program repeats.
novelty = _table(
    "novelty",
    Column("seq", Integer, ForeignKey("commits.seq"), primary_key=True),
    Column("traits", LargeBinary),
    Column("repeats", Text),
    Column("rule", Text),
    Column("similarity", REAL),
    CheckConstraint("(repeats IS NULL) = (rule IS NULL) AND (rule IS NULL) = (similarity IS NULL)"),
    _one_of("rule", Rule),
)

# Scores of known programs on fresh seeds.
retests = _table(
    "retests",
    Column("seq", Integer, ForeignKey("commits.seq"), primary_key=True),
    Column("program", Text, nullable=False),
    Column("repetition", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("objective", REAL),
    Column("rest", LargeBinary, nullable=False),
    _one_of("status", EvaluationStatus),
    CheckConstraint("(status = 'VALID') = (objective IS NOT NULL)"),
    CheckConstraint("repetition >= 1"),
)

arms = _table(
    "arms",
    Column("seq", Integer, ForeignKey("commits.seq"), primary_key=True),
    Column("arm", Text, nullable=False),
    _one_of("arm", Arm),
)

# No part of the log: its rows may go at any time.
stage_cache = _table(
    "stage_cache",
    Column("key", Text, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("outputs", LargeBinary, nullable=False),
    Column("seconds", REAL, nullable=False),
    Column("cpu_seconds", REAL, nullable=False),
    Column("max_rss_mb", REAL, nullable=False),
    Column("detail", Text, nullable=False),
    _one_of("status", StageStatus),
)

# No part of the log either: parameters that models turned out not to take.
quirks = _table(
    "quirks",
    Column("llm", Text, nullable=False),
    Column("parameter", Text, nullable=False),
    PrimaryKeyConstraint("llm", "parameter"),
)

# Nor what was sent to providers as batches, so that whoever takes the run up finds it again.
batches = _table(
    "batches",
    Column("tag", Text, primary_key=True),
    Column("llm", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("requests", Text, nullable=False),
    Column("at", REAL, nullable=False),
)

# Each holds all that its question needs, so that none reads past texts: 0.1 s instead of 4 s for 100,000 programs.
Index("commits_program", commits.c.program, commits.c.evaluated, commits.c.seq)
Index("commits_outcome", commits.c.outcome, commits.c.evaluated)
Index("edges_program", edges.c.program)
Index("evaluations_status", evaluations.c.status, evaluations.c.objective, evaluations.c.program)
Index(
    "answers_spend",
    *(answers.c[name] for name in ("purpose", "subject", "llm", "model", "prompt_tokens", "completion_tokens")),
    *(answers.c[name] for name in ("cached_tokens", "reasoning_tokens", "cost_usd", "estimated")),
)


def engine_for(path: Path, *, write: bool) -> Engine:
    """Open the database of a run.

    Args:
        path: the file `run.db`.
        write: False opens read-only; readers never block the one writer, and see an older version as this one.

    Raises:
        NotFoundError: there is no such file.
        DamagedError: not a database, not one of ours, or of a schema that this version does not know.
    """
    if not path.is_file():
        raise NotFoundError(f"{path}: no run database here; `evo run` makes one")
    # Looked at before anything may be written: opened for writing, an empty file would become a database.
    engine = engines.engine(path, "ro")
    try:
        with engine.connect() as connection:
            application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if application == APPLICATION_ID and version < SCHEMA_VERSION and not write:
                engines.see_as_new(engine, connection, metadata.sorted_tables)
    except DatabaseError as error:
        raise DamagedError(f"{path}: cannot be read as a run's database ({error.orig}){rescue(path)}") from error
    if application != APPLICATION_ID:
        raise DamagedError(f"{path}: a SQLite file, but not a run of evo (application id {application:#x})")
    if version > SCHEMA_VERSION:
        raise DamagedError(
            f"{path}: schema version {version}; this evo knows versions up to {SCHEMA_VERSION}. A newer evo wrote it: "
            "install that one"
        )
    if version < 1 or (write and version != SCHEMA_VERSION):
        raise DamagedError(f"{path}: schema version {version}; this evo writes version {SCHEMA_VERSION}")
    return engines.engine(path, "rw") if write else engine


def rescue(path: Path) -> str:
    """Say what can be done about a damaged database."""
    backup = path.with_name(BACKUP)
    there = f"; {backup.name} beside it is a copy from when the run was finished" if backup.is_file() else ""
    return f"; `evo recover` saves what can be read{there}"


def create(path: Path) -> Engine:
    """Make a new, empty database and open it for writing."""
    engine = engines.engine(path, "rwc")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
        metadata.create_all(connection)
    return engine
