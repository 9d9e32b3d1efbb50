"""The end of a ticket as an entry of the log, and the chain of hashes that the entries make.

A run is a sequence of commits; everything else in a run is a left fold over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.canonical import canonical, fingerprint

if TYPE_CHECKING:
    from evo.records.evaluation import Evaluation
    from evo.records.placement import Migration, Placement
    from evo.records.proposal import Proposal

GENESIS = "0" * 32
"""The hash before the first commit."""


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
