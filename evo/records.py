"""The frozen values that flow along the path of a candidate.

Nothing here does I/O, draws a number or reads a clock. A run is a sequence of `Commit`s; everything else in a run is
a left fold over them. Objectives stay in native units and are compared by `Direction` alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from evo.canonical import canonical, fingerprint
from evo.dialogue import Completion, Prompt, Request
from evo.errors import EvoError
from evo.verdicts import Arm, EvaluationStatus, Outcome, PlacementStatus, StageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.likeness import Repeat, Traits

__all__ = [
    "GENESIS",
    "PROGRAM_MAX_BYTES",
    "Cell",
    "Commit",
    "Completion",
    "Elite",
    "Evaluation",
    "Migration",
    "Placement",
    "Program",
    "Prompt",
    "Proposal",
    "Request",
    "StageResult",
    "Ticket",
    "chain",
]

Cell: TypeAlias = tuple[int, ...]

PROGRAM_MAX_BYTES = 256 * 1024
GENESIS = "0" * 32
"""The hash before the first commit."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """The files of a candidate, and nothing else: no score, no parent.

    Attributes:
        files: relative POSIX path -> text, normalised by `Program.of`.
        language: the language of the entry file.
    """

    files: Mapping[str, str]
    language: str = "python"

    @classmethod
    def of(cls, files: Mapping[str, str] | str, *, language: str = "python") -> Program:
        """Make a program from texts; a bare string is the single file `program.py`.

        Line ends become line feeds and every file ends in exactly one, so that texts that differ in nothing else meet
        in one program.

        Raises:
            EvoError: no file, an unsafe path, or more than 256 kB in all.
        """
        given = {"program.py": files} if isinstance(files, str) else files
        texts = {path: _normalised(text) for path, text in sorted(given.items())}
        size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts.values())
        if not texts or size > PROGRAM_MAX_BYTES:
            raise EvoError(
                f"program has {len(texts)} files, {size} bytes; "
                f"expected 1 file or more and at most {PROGRAM_MAX_BYTES} bytes"
            )
        for path in texts:
            if not _safe_path(path):
                msg = f"program file {path!r}: expected a relative path without '..', made of letters, digits and ._-/"
                raise EvoError(msg)
        return cls(files=MappingProxyType(texts), language=language)

    @cached_property
    def id(self) -> str:
        """The hash of the content: 32 hex digits."""
        return fingerprint(canonical([self.language, sorted(self.files.items())]))

    @property
    def text(self) -> str:
        """The text of the only file, or all files one after another under their names."""
        if len(self.files) == 1:
            return next(iter(self.files.values()))
        return "\n".join(f"# file: {path}\n{text}" for path, text in self.files.items())


def _normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def _safe_path(path: str) -> bool:
    parts = path.split("/")
    allowed = all(c.isascii() and (c.isalnum() or c in "._-") for part in parts for c in part)
    return allowed and all(part not in {"", ".", ".."} for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The right to one attempt: everything that is decided before the model is asked.

    Attributes:
        number: counts from 0; tickets 0..k-1 are the seeds.
        after_seq: the commit whose state it was issued from; -1 before the first.
        island: where its child is placed; None means every island (seeds).
        operator: the emitter's `use`, or "seed".
        parents, inspirations: program ids.
    """

    number: int
    after_seq: int
    island: int | None
    operator: str
    parents: tuple[str, ...] = ()
    inspirations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """How a program came to be, or why none did.

    Attributes:
        summary: the answer's own one-line reason, shown in the lineage; never part of the log hash.
        requests, answers: hashes of the requests made and of the texts they got, in order.
        detail: what was expected and what came when the outcome is a failure.
        traits: what novelty compares beside texts. repeats: why it is a DUPLICATE. repetition: of a retest, from 1.
        arm: whether insights could be had and were shown or withheld; None where there was nothing to show.
    """

    ticket: int
    island: int | None
    operator: str
    outcome: Outcome
    parents: tuple[str, ...] = ()
    inspirations: tuple[str, ...] = ()
    llm: str = ""
    requests: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    program: Program | None = None
    summary: str = ""
    detail: str = ""
    traits: Traits | None = None
    repeats: Repeat | None = None
    repetition: int = 0
    arm: Arm | None = None

    def __post_init__(self) -> None:
        """Hold the invariant: a program is present iff the outcome is PROPOSED or DUPLICATE."""
        if (self.program is not None) != (self.outcome is Outcome.PROPOSED or self.outcome is Outcome.DUPLICATE):
            msg = f"proposal of ticket {self.ticket}: outcome {self.outcome} with program {self.program is not None}"
            raise EvoError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """What one stage did.

    Attributes:
        outputs: what later stages may read, by name; plain data.
        seconds, cpu_seconds: wall and CPU time; never part of the log hash.
        max_rss_mb: peak resident memory of the candidate's process, 0.0 when none ran.
        detail: at most 2 kB, normalised, shown to the model and the user.
    """

    stage: str
    status: StageStatus
    outputs: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    max_rss_mb: float = 0.0
    detail: str = ""
    cached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What a program scored: a function of the program alone.

    Attributes:
        objective: in the problem's unit; a finite float iff status is VALID.
        measures: where it falls in the archive; metrics: everything else worth knowing.
        feedback: what the next prompt may say about it.
        tier: isolation in force; flags: "near_limit", "noisy".
    """

    program: str
    status: EvaluationStatus
    objective: float | None = None
    measures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    metrics: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    stages: tuple[StageResult, ...] = ()
    feedback: str = ""
    tier: str = ""
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Hold the invariant: a failure is never a number, and a number is always finite."""
        finite = self.objective is not None and math.isfinite(self.objective)
        if finite != (self.status is EvaluationStatus.VALID) or (self.objective is not None and not finite):
            msg = f"evaluation of {self.program}: status {self.status} with objective {self.objective}"
            raise EvoError(msg)
        # SQLite stores no negative zero, and a log has to read back as it was hashed.
        if self.objective == 0:
            object.__setattr__(self, "objective", 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elite:
    """A VALID program as an archive holds it."""

    program: str
    objective: float
    measures: Mapping[str, float]
    cell: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What became of a program on one island.

    Attributes:
        displaced: the elite that had to go, if any.
        delta: gain over the cell's former elite (positive is better), None in an empty cell.
    """

    island: int
    cell: Cell
    status: PlacementStatus
    displaced: str | None = None
    delta: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A copy of an elite sent from one island to another."""

    source: int
    program: str
    placement: Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """The end of a ticket: immutable, durable whole or absent.

    Attributes:
        seq: position in the log, from 0.
        learned: request hashes of the answers that this commit was the first to use.
        hash: the chain up to here.
        at: Unix time in seconds; never part of the hash.
    """

    seq: int
    ticket: int
    after_seq: int
    proposal: Proposal
    evaluation: Evaluation | None
    placements: tuple[Placement, ...] = ()
    migrations: tuple[Migration, ...] = ()
    learned: tuple[str, ...] = ()
    hash: str = ""
    at: float = 0.0


def chain(previous: str, commit: Commit) -> str:
    """Return hash_s = blake2b(hash_{s-1} + canonical JSON of what the commit means).

    Never in it: clocks, CPU, memory, `cached`, tier, retries, usage, cost, provider, run ids, paths.
    """
    proposal, evaluation = commit.proposal, commit.evaluation
    value = {
        "ticket": commit.ticket,
        "after_seq": commit.after_seq,
        "island": proposal.island,
        "operator": proposal.operator,
        "parents": proposal.parents,
        "inspirations": proposal.inspirations,
        "requests": proposal.requests,
        "answers": proposal.answers,
        "outcome": proposal.outcome,
        "program": proposal.program.id if proposal.program else None,
        "stages": [[stage.stage, stage.status] for stage in evaluation.stages] if evaluation else [],
        "evaluation": evaluation.status if evaluation else None,
        "objective": _hex(evaluation.objective) if evaluation else None,
        "measures": {name: _hex(x) for name, x in evaluation.measures.items()} if evaluation else {},
        "placements": [_placement(placement) for placement in commit.placements],
        "migrations": [[m.source, m.program, _placement(m.placement)] for m in commit.migrations],
    }
    if proposal.arm:
        value["arm"] = proposal.arm
    return fingerprint(previous.encode() + canonical(value))


def _placement(placement: Placement) -> list[object]:
    delta = None if placement.delta is None else _hex(placement.delta + 0.0)  # a negative zero reads back as zero
    return [placement.island, placement.cell, placement.status, placement.displaced, delta]


def _hex(value: float | None) -> str | None:
    return None if value is None else float(value).hex()
