"""The right to make a program, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.records.verdicts import Arm, Outcome

if TYPE_CHECKING:
    from evo.records.evaluation import ToldScore
    from evo.records.program import Program
    from evo.records.repeat import Repeat, Traits


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
        told: the score that was told with the program, where it is to count; read from the answer, kept nowhere else.
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
    told: ToldScore | None = None

    def __post_init__(self) -> None:
        """Hold the invariant: a program is present iff the outcome is PROPOSED or DUPLICATE."""
        if (self.program is not None) != (self.outcome is Outcome.PROPOSED or self.outcome is Outcome.DUPLICATE):
            msg = f"proposal of ticket {self.ticket}: outcome {self.outcome} with program {self.program is not None}"
            raise EvoError(msg)
