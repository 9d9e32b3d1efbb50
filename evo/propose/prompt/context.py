"""What a prompt may know of the run: a view as of one commit, gathered by the search loop, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from evo.text import DETAIL_MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.propose.insights import Insight, InsightKind
    from evo.records import Evaluation, EvaluationStatus, Outcome, Program

Lesson: TypeAlias = "tuple[InsightKind, str]"
"""What to do (imitate, avoid, generalise or explore), and about what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A program as a prompt shows it.

    Attributes:
        evaluation: None while it is not scored (a seed at the start).
        ticket, operator, summary: of the proposal that brought it.
        insights: what an analyst noted of it, most severe first.
        feedback_max_bytes: how much of its feedback and errors is shown.
    """

    program: Program
    evaluation: Evaluation | None
    ticket: int
    operator: str
    summary: str = ""
    insights: tuple[Insight, ...] = ()
    feedback_max_bytes: int = DETAIL_MAX_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What one step changed.

    Attributes:
        diff: the changed lines with "-" and "+" before them, at most `lineage.DIFF_MAX_BYTES`; text from candidates.
        added, removed: lines.
        parts: the functions and classes in which lines changed, in order, a few at most.
        shift: measure -> by how much it moved; those that both programs have.
        lessons: what follows for the next step.
    """

    diff: str
    added: int
    removed: int
    parts: tuple[str, ...] = ()
    shift: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    lessons: tuple[Lesson, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edge of the lineage: an attempt, what it changed, and what came of it.

    Attributes:
        program: the child's id; "" when the attempt brought no program.
        parent: the first parent's id; "" for a seed.
        status: the evaluation's status; the proposal's outcome when nothing was evaluated; None while unknown.
        objective: in the problem's unit; None unless VALID.
        delta: gain over the first parent, positive is better; None when either has no objective.
        detail: why it failed, if it did.
        edge: what it changed, line by line and measure by measure; None where that is not shown.
    """

    program: str
    parent: str
    operator: str
    summary: str
    status: EvaluationStatus | Outcome | None
    objective: float | None = None
    delta: float | None = None
    detail: str = ""
    edge: Edge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedChange:
    """A change that was tried on a program, in a word.

    Attributes:
        summary: what was changed.
        times: how often, at least 1.
        gain: over the program, of the best that came of it; positive is better, None where nothing was VALID.
    """

    summary: str
    times: int
    gain: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptContext:
    """Everything besides the problem that goes into one prompt.

    Attributes:
        parents: at least one; the first is the one that a diff is applied to.
        inspirations: other programs worth reading, in any order (the prompt shows them worst to best).
        ancestors: steps that led to the first parent, oldest first, the parent's own step last.
        attempts: the best and the worst children of the first parent so far, best first.
        tried: what else was tried on the first parent, oldest first.
        best: the best objective of the run so far.
        notes: what the newest note says, one line each.
        tactic: the approach that the program is to follow; "" for none.
        left_out: what had to go for want of room, in words.
        pictures: programs, by id, whose pictures may be shown: the first parent's and the best one's, where VALID.
    """

    parents: tuple[Shown, ...]
    inspirations: tuple[Shown, ...] = ()
    ancestors: tuple[Step, ...] = ()
    attempts: tuple[Step, ...] = ()
    tried: tuple[TriedChange, ...] = ()
    best: float | None = None
    notes: tuple[str, ...] = ()
    tactic: str = ""
    left_out: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
