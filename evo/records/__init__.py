"""The frozen values that flow along the path of a candidate: one address for all of them.

Nothing here does I/O, draws a number or reads a clock. Objectives stay in native units and are compared by `Direction`
alone.
"""

from evo.records.commit import GENESIS, Commit, chain
from evo.records.evaluation import (
    TOLD,
    TRUST_SHARED,
    Evaluation,
    StageResult,
    ToldScore,
    describe_evaluation,
    is_told,
)
from evo.records.event import (
    BINDING,
    Entry,
    Event,
    EventKind,
    bind,
    chain_event,
    event_flaw,
    heeds,
    in_order,
)
from evo.records.placement import Cell, Elite, Migration, Placement
from evo.records.program import PROGRAM_MAX_BYTES, Program, Trunk, files_flaw, normalised, path_flaw
from evo.records.prompt import FOLLOW_UP, Completion, Prompt, Request
from evo.records.proposal import Proposal, Ticket
from evo.records.repeat import Repeat, Rule, Traits
from evo.records.tree import EntryKind, Tree, TreeEntry
from evo.records.verdicts import (
    ASK,
    BARREN,
    EXHAUSTED,
    SHARED,
    Arm,
    Direction,
    EvaluationStatus,
    Finish,
    Outcome,
    PlacementStatus,
    Purpose,
    StageStatus,
)

__all__ = [
    "ASK",
    "BARREN",
    "BINDING",
    "EXHAUSTED",
    "FOLLOW_UP",
    "GENESIS",
    "PROGRAM_MAX_BYTES",
    "SHARED",
    "TOLD",
    "TRUST_SHARED",
    "Arm",
    "Cell",
    "Commit",
    "Completion",
    "Direction",
    "Elite",
    "Entry",
    "EntryKind",
    "Evaluation",
    "EvaluationStatus",
    "Event",
    "EventKind",
    "Finish",
    "Migration",
    "Outcome",
    "Placement",
    "PlacementStatus",
    "Program",
    "Prompt",
    "Proposal",
    "Purpose",
    "Repeat",
    "Request",
    "Rule",
    "StageResult",
    "StageStatus",
    "Ticket",
    "ToldScore",
    "Traits",
    "Tree",
    "TreeEntry",
    "Trunk",
    "bind",
    "chain",
    "chain_event",
    "describe_evaluation",
    "event_flaw",
    "files_flaw",
    "heeds",
    "in_order",
    "is_told",
    "normalised",
    "path_flaw",
]
