"""The closed vocabularies of a run: how things can end, and which way is better."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Whether more or less of the objective is better."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"

    def better(self, a: float, b: float) -> bool:
        """Tell whether objective `a` is strictly better than objective `b`."""
        return a > b if self is Direction.MAXIMIZE else a < b

    def gain(self, new: float, old: float) -> float:
        """Return how much better `new` is than `old`, positive when it improved, in the objective's unit."""
        return new - old if self is Direction.MAXIMIZE else old - new


class Outcome(StrEnum):
    """How an attempt to propose a program ended."""

    PROPOSED = "PROPOSED"
    DUPLICATE = "DUPLICATE"
    LLM_ERROR = "LLM_ERROR"
    REFUSED = "REFUSED"
    TRUNCATED = "TRUNCATED"
    UNPARSABLE = "UNPARSABLE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    FORBIDDEN_EDIT = "FORBIDDEN_EDIT"
    ABANDONED = "ABANDONED"


EXHAUSTED = "nothing left to try: all that the model knows to do with this program was tried"
"""How a model says, as the detail of an answer, that it has no proposal left for a program."""
BARREN = "nothing left to try: there is nothing in this program that the model knows to change"
"""The same, where it never had one."""


class Purpose(StrEnum):
    """What a model is asked for; the first part of the key under which its answer is stored."""

    PROPOSE = "propose"
    INSIGHT = "insight"
    TACTIC = "tactic"
    NOTE = "note"


ASK = "ask"
"""What a judge or a stage asks on the way to a score. No `Purpose`: no commit rests on one, so each is charged when it
comes."""

ADVICE = (Purpose.TACTIC, Purpose.NOTE)
"""What is asked about the whole search rather than about one program or ticket."""

SHARED = (Purpose.INSIGHT, *ADVICE)
"""What several tickets may use the one answer to; it is charged once, at the first ticket's turn."""


class Arm(StrEnum):
    """Which side of a randomised comparison a ticket was drawn for."""

    SHOWN = "SHOWN"
    WITHHELD = "WITHHELD"


class StageStatus(StrEnum):
    """How one stage of an evaluation ended."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    TIMEOUT = "TIMEOUT"
    MEMORY = "MEMORY"
    OUTPUT_LIMIT = "OUTPUT_LIMIT"
    KILLED = "KILLED"
    EXIT = "EXIT"
    INVALID_RESULT = "INVALID_RESULT"
    DENIED = "DENIED"
    SKIPPED = "SKIPPED"
    UPSTREAM_FAILED = "UPSTREAM_FAILED"
    INFRA_ERROR = "INFRA_ERROR"
    JUDGE_ERROR = "JUDGE_ERROR"
    ENDED_EARLY = "ENDED_EARLY"


class EvaluationStatus(StrEnum):
    """VALID has an objective; INVALID was refused by the judge; FAILED did not get that far."""

    VALID = "VALID"
    INVALID = "INVALID"
    FAILED = "FAILED"


class PlacementStatus(StrEnum):
    """What an archive did with an elite; or, on the way, with others: REMOVED had to go too, REVISED has a new mean.

    FOUNDED: a weak island was emptied, and begins again with this elite.
    """

    NEW = "NEW"
    IMPROVED = "IMPROVED"
    REJECTED = "REJECTED"
    REMOVED = "REMOVED"
    REVISED = "REVISED"
    FOUNDED = "FOUNDED"


class Finish(StrEnum):
    """Why a model stopped; LAPSED: somebody outside was asked, and nobody answered in time, or it was given back."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"
    ERROR = "error"
    LAPSED = "lapsed"
