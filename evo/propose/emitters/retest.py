"""The operator `retest`: an elite is scored once more, on a fresh seed. Nothing new is proposed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from evo.edits import Refusal
from evo.errors import EvoError
from evo.propose.emitters.emitter import Choice, MakingEmitter, made
from evo.records import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.propose.emitters.emitter import Scene, Setting
    from evo.records import Program, Proposal, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Retest(MakingEmitter):
    """Tests the best elite and a few drawn without preference: the one that was tested least, of equals the best.

    A bandit tests what its share by weight allows: there is no child, so no reward.

    Attributes:
        pool: how many are drawn beside the best, at least 0.
    """

    operator: ClassVar[str] = "retest"
    rewarded: ClassVar[bool] = False
    pool: int = 4

    def __post_init__(self) -> None:
        """Check the options."""
        MakingEmitter.__post_init__(self)
        if self.pool < 0:
            raise EvoError(f"pool: expected an integer, at least 0; got {self.pool}")

    def needs(self, setting: Setting) -> str:
        """Say that noise has to be heeded."""
        return "" if setting.noise else "retest needs `archive.replacement: beyond_noise`, and the strategy map_elites"

    def choose(self, scene: Scene, rng: Random) -> Choice:
        """Choose the elite to be tested as the only parent; none while the archive is empty."""
        archive = scene.archive
        best = archive.best()
        if best is None:
            return Choice(parents=())
        drawn = [best, *(archive[rng.randrange(len(archive))] for _ in range(self.pool))]
        chosen = min(drawn, key=lambda elite: (archive.tests(elite.program), archive.losses(elite)[0]))
        return Choice(parents=(chosen.program,))

    def make(self, scene: Scene, ticket: Ticket, parents: Sequence[Program], rng: Random) -> Proposal:  # noqa: ARG002 - the protocol's signature
        """Return the elite itself, no child of anyone; NOT_APPLICABLE for a program without any score."""
        childless = replace(ticket, parents=(), inspirations=())
        tests = scene.tests(parents[0].id)
        if not tests:
            detail = "no elite yet whose score could be tested"
            return made(childless, Refusal(outcome=Outcome.NOT_APPLICABLE, detail=detail))
        return replace(made(childless, parents[0], f"test {tests + 1}"), repetition=tests)
