"""The operator `retest`: an elite is scored once more, on a fresh seed. Nothing new is proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from evo.errors import EvoError
from evo.propose.emitters.emitter import Choice, check
from evo.records import Outcome, Proposal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.qd.selectors import Selector
    from evo.records import Program, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Retest:
    """Tests the best elite and a few drawn without preference: the one that was tested least, of equals the best.

    Attributes:
        pool: how many are drawn beside the best, at least 0.
    """

    operator: ClassVar[str] = "retest"
    weight: float = 1.0
    cost: float = 1.0
    pool: int = 4

    def __post_init__(self) -> None:
        """Check the options."""
        check(self.operator, self.weight, self.cost)
        if self.pool < 0:
            raise EvoError(f"pool: expected an integer, at least 0; got {self.pool}")

    @property
    def llm(self) -> str:
        """No model."""
        return ""

    def choose(self, archive: Archive, selector: Selector, rng: Random, broken: Sequence[str] = ()) -> Choice:  # noqa: ARG002 - the protocol's signature
        """Choose the elite to be tested as the only parent; none while the archive is empty."""
        best = archive.best()
        if best is None:
            return Choice(parents=())
        drawn = [best, *(archive[rng.randrange(len(archive))] for _ in range(self.pool))]
        chosen = min(drawn, key=lambda elite: (archive.tests(elite.program), archive.losses(elite)[0]))
        return Choice(parents=(chosen.program,))


def retested(ticket: Ticket, program: Program, tests: int) -> Proposal:
    """Return the proposal of a retest, whose ticket has no parents: nothing comes of its program.

    Args:
        ticket: the right to it.
        program: an elite.
        tests: how many scores of it are known; 0 for one that was never scored, of which there is nothing to test.
    """
    return Proposal(
        ticket=ticket.number,
        island=ticket.island,
        operator=ticket.operator,
        outcome=Outcome.PROPOSED if tests else Outcome.NOT_APPLICABLE,
        program=program if tests else None,
        summary=f"test {tests + 1}" if tests else "",
        detail="" if tests else "no elite yet whose score could be tested",
        repetition=tests,
    )
