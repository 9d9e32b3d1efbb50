"""The fold: everything a run knows, as a function of its commits and the events between them.

`settle` ends a ticket: it decides the final outcome against all earlier commits, places the program, lets migrants
travel, and chains the hash. `refold` takes a stored commit through the same code and insists on the same result; so
resume and replay can not drift from the run that they continue.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.errors import DamagedError
from evo.propose.novelty import with_embedding
from evo.propose.operator_bandits import Arms
from evo.propose.prompt.context import Step
from evo.qd.economies import Curves
from evo.qd.strategies import MapElites
from evo.records import (
    GENESIS,
    Commit,
    EvaluationStatus,
    EventKind,
    Outcome,
    PlacementStatus,
    Repeat,
    Rule,
    bind,
    chain,
    curve_of,
    event_flaw,
    is_ended_early,
)
from evo.search.guidance import Guidance
from evo.search.known import Known, StepColumns
from evo.search.memory import Memory
from evo.search.wishes import Steering

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Self

    from evo.propose.emitters.emitter import Emitter
    from evo.propose.novelty import NoveltyIndex
    from evo.qd.islands import Archipelago
    from evo.qd.noise import Noise
    from evo.qd.strategies import Pools
    from evo.records import Direction, Elite, Evaluation, Event, Placement, Proposal

_KEPT_BROKEN = 8
_HASH_DIGITS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """What the fold knows of the operators of a run. None of it can be seen in a log: it steers what is issued next.

    Attributes:
        unrewarded: those whose children do not count for a bandit.
        mending: those whose children take their parent off the list of broken programs.
    """

    unrewarded: frozenset[str] = frozenset()
    mending: frozenset[str] = frozenset()

    @classmethod
    def of(cls, emitters: Iterable[Emitter]) -> Self:
        """Return what these emitters say of their operators."""
        there = tuple(emitters)
        return cls(
            unrewarded=frozenset(each.operator for each in there if not each.rewarded),
            mending=frozenset(each.operator for each in there if each.mends),
        )


class State:
    """The state after some commit. Memory grows by some 600 bytes a commit; cost per commit does not grow.

    Attributes:
        arms: how each operator and model has done.
        memory: what was tried on each program.
        curves: how the scores of programs went, where that is kept.
        steering: what people have asked of the tickets to come.
        hash: what the next commit continues from.
        events, event_hash: how many events there are, and the chain of them.
        best, best_seq: the best VALID program so far, the earliest of equals, and its commit; None and -1 before.

    Args:
        archipelago: empty islands; owned by the state from here on.
        direction: which objectives are better.
        pools: where parents are drawn from; folded here from the first commit on. None: from the islands.
        guidance: what advice is in force; likewise. None: none.
        seen: what novelty compares beside texts, empty; None: nothing.
        noise: what retests tell, empty; the archives share it. None: no retests.
        operators: of the run's emitters. None: for a fold from which nothing will be issued.
    """

    def __init__(
        self,
        archipelago: Archipelago,
        direction: Direction,
        pools: Pools | None = None,
        guidance: Guidance | None = None,
        *,
        seen: NoveltyIndex | None = None,
        noise: Noise | None = None,
        operators: Operators | None = None,
    ) -> None:
        self.archipelago, self.direction = archipelago, direction
        self.pools = pools or MapElites().begin(archipelago, 0)
        self.guidance = guidance or Guidance()
        self._seen, self._noise = seen, noise
        self._operators = operators or Operators()
        self.seq = -1
        self.hash = GENESIS
        self.events, self.event_hash = 0, GENESIS
        self.outcomes: Counter[Outcome] = Counter()
        self.evaluations = 0
        self.valid = 0
        self.best: Elite | None = None
        self.best_seq = -1
        self._steps = StepColumns()
        self.known = Known(self._steps)
        self.memory = Memory(self._steps)
        self.steering = Steering()
        self._learned: set[bytes | str] = set()
        self.arms = Arms()
        self.curves = Curves(direction)
        self._broken: dict[int, list[str]] = {}

    def settle(self, *, after_seq: int, proposal: Proposal, evaluation: Evaluation | None, at: float) -> Commit:
        """End a ticket at the gate and fold it.

        Args:
            after_seq: the state that the ticket was issued from.
            proposal: as it came; PROPOSED turns into DUPLICATE here if it repeats what an earlier commit has.
            evaluation: None unless the proposal is PROPOSED.
            at: Unix time in seconds.

        Returns:
            The commit, with hash, not yet durable.
        """
        seq = self.seq + 1
        if repeats := self.repeats(proposal):
            proposal = replace(proposal, outcome=Outcome.DUPLICATE, repeats=repeats, repetition=0)
            evaluation = None
        proposal = with_embedding(proposal)
        placements = self._place(seq, proposal, evaluation)
        commit = Commit(
            seq=seq,
            ticket=proposal.ticket,
            after_seq=after_seq,
            proposal=proposal,
            evaluation=evaluation,
            placements=placements,
            migrations=self.archipelago.migrate_if_due(seq),
            learned=tuple(request for request in proposal.requests if _packed(request) not in self._learned),
            at=at,
        )
        commit = replace(commit, hash=chain(self.hash, commit))
        self._remember(commit)
        return commit

    def repeats(self, proposal: Proposal) -> Repeat | None:
        """Return what a proposal repeats of what is committed so far; whatever it is now, it will be later on too."""
        program = proposal.program
        if program is None:
            return None
        if proposal.repetition and self._noise:
            again = proposal.repetition != self._noise.tests(program.id)
            return Repeat(program=program.id, rule=Rule.RETEST) if again else None
        if program.id in self.known:
            return Repeat(program=program.id, rule=Rule.EXACT)
        # Seeds are what a person wants to start from, however alike.
        return self._seen.find(proposal) if self._seen and proposal.parents else None

    def _place(self, seq: int, proposal: Proposal, evaluation: Evaluation | None) -> tuple[Placement, ...]:
        if proposal.repetition:
            return self._revise(evaluation)
        elite, placements = None, ()
        if evaluation and evaluation.objective is not None:
            if self._noise:
                self._noise.claim(evaluation.error)
            elite = self.archipelago.elite(
                proposal.island, evaluation.program, evaluation.objective, evaluation.measures
            )
            placements = self.archipelago.add(proposal.island, elite)
            if self.best is None or self.direction.better(elite.objective, self.best.objective):
                self.best, self.best_seq = elite, seq
            self._stand_by_elites(seq)
        won = any(placement.status is not PlacementStatus.REJECTED for placement in placements)
        self.archipelago.credit(proposal.island, proposal.parents, won=won)
        self.pools.observe(seq, proposal.parents, elite)
        return placements

    def _stand_by_elites(self, seq: int) -> None:
        """Take the best of the archives as the best where scores are noisy: a lucky single score is none."""
        best = self.archipelago.best() if self._noise else None
        if best and self.best != best:
            known = self.known.get(best.program)
            self.best, self.best_seq = best, known.seq if known else seq

    def _revise(self, evaluation: Evaluation | None) -> tuple[Placement, ...]:
        """Fold a retest: the program's mean moves wherever it is an elite; one that fails is an elite no more."""
        if evaluation is None or self._noise is None:
            return ()
        program, archives = evaluation.program, self.archipelago.archives
        mean: float | None = None
        first = self.objective(program)
        if first is not None and evaluation.objective is not None:
            mean = self._noise.observe(program, first, evaluation.objective).mean
        else:
            self._noise.fail(program)
        self.known.revise(program, mean)
        moved = [each.remove(program) if mean is None else each.revise(program, mean) for each in archives]
        self._stand_by_elites(self.seq + 1)
        return tuple(placement for placement in moved if placement)

    def refold(self, stored: Commit) -> None:
        """Fold a commit of an earlier session.

        Raises:
            DamagedError: the same code on the same values gives another commit: the database was altered, or written
                by a version whose search differs.
        """
        seq, proposal = self.seq + 1, stored.proposal
        placements = self._place(seq, proposal, stored.evaluation)
        migrations = self.archipelago.migrate_if_due(seq)
        hashed = chain(self.hash, stored)
        new = proposal.outcome is Outcome.PROPOSED and not proposal.repetition
        again = new and proposal.program and proposal.program.id in self.known
        made = (seq, placements, migrations, hashed)
        if again or made != (stored.seq, stored.placements, stored.migrations, stored.hash):
            raise DamagedError(
                f"commit {stored.seq} (ticket {stored.ticket}) does not fold to its stored hash: "
                f"expected {stored.hash}, got {hashed}, with {len(placements)} placements and {len(migrations)} "
                "migrations; the database was altered, or written by another version"
            )
        self._remember(stored)

    def note(self, event: Event) -> None:
        """Fold an event, stored by this session or an earlier one, where it stands: after the last commit folded.

        Raises:
            DamagedError: it cannot stand there, or was altered.
        """
        flaw = event_flaw(event, number=self.events, seq=self.seq, previous=self.event_hash, log_hash=self.hash)
        if flaw:
            raise DamagedError(f"event {event.number} ({event.kind}) does not fold: {flaw}; the database was altered")
        self.events, self.event_hash = event.number + 1, event.hash
        if event.kind is EventKind.STEER:
            self.steering = self.steering.steered(event)
        elif event.kind is EventKind.AMENDMENT:
            self.steering = self.steering.amended(event)
        self.hash = bind(self.hash, event)

    def _remember(self, commit: Commit) -> None:
        proposal, evaluation = commit.proposal, commit.evaluation
        self.seq, self.hash = commit.seq, commit.hash
        self.outcomes[proposal.outcome] += 1
        self.evaluations += evaluation is not None
        self.valid += evaluation is not None and evaluation.status is EvaluationStatus.VALID
        self._learned.update(map(_packed, commit.learned))
        if evaluation and evaluation.flags and not proposal.repetition:
            self._keep_curve(evaluation)
        step = self._step(commit)
        if self._seen and proposal.outcome is Outcome.PROPOSED:
            self._seen.observe(proposal)
        self._steps.append(step, commit.ticket)
        if proposal.program:
            self.known.add(step.program, commit.seq)
        if proposal.island is not None:
            self._reward(commit, step)
        if step.parent:
            self.memory.observe(commit.seq, step, [self.known.name(each) for each in proposal.parents])
            self._file_broken(commit)
        self.guidance.observe(self, step)

    def _keep_curve(self, evaluation: Evaluation) -> None:
        """Keep the curve of a program that is VALID or ended early; those of others led nowhere."""
        if evaluation.status is EvaluationStatus.VALID or is_ended_early(evaluation):
            self.curves.observe(evaluation.program, curve_of(evaluation), evaluation.objective)

    def _step(self, commit: Commit) -> Step:
        proposal, evaluation = commit.proposal, commit.evaluation
        parent = proposal.parents[0] if proposal.parents else ""
        before = self.known.objective(parent)
        now = evaluation.objective if evaluation else None
        return Step(
            program=self.known.name(proposal.program.id) if proposal.program else "",
            parent=self.known.name(parent),
            operator=proposal.operator,
            summary=proposal.summary,
            status=evaluation.status if evaluation else proposal.outcome,
            objective=now,
            delta=None if now is None or before is None else self.direction.gain(now, before),
            detail=self._told(proposal) or (evaluation.feedback if evaluation and now is None else ""),
        )

    def _told(self, proposal: Proposal) -> str:
        """Return why a proposal came to nothing, for later prompts."""
        repeats = proposal.repeats if self._seen else None
        return proposal.detail or (repeats.words if repeats else "")

    def _reward(self, commit: Commit, step: Step) -> None:
        """Let the arm of a ticket learn what came of it; without a child, or where none counts, it has won nothing."""
        proposal = commit.proposal
        counts = bool(step.parent) and proposal.operator not in self._operators.unrewarded
        won = any(placement.status is not PlacementStatus.REJECTED for placement in commit.placements)
        gain = step.delta if counts else None
        self.arms.observe(proposal.operator, proposal.llm, won=counts and won, gain=gain)

    def _file_broken(self, commit: Commit) -> None:
        """Keep the last few programs that failed on an island, until a repair of theirs is committed."""
        proposal, evaluation = commit.proposal, commit.evaluation
        broken = self._broken.setdefault(proposal.island or 0, [])
        if proposal.operator in self._operators.mending and proposal.parents[0] in broken:
            broken.remove(proposal.parents[0])
        if evaluation and evaluation.status is not EvaluationStatus.VALID and not is_ended_early(evaluation):
            broken.append(evaluation.program)
            del broken[:-_KEPT_BROKEN]

    def broken(self, island: int) -> Sequence[str]:
        """Return programs of an island that failed and were not yet repaired or given up, oldest first."""
        return tuple(self._broken.get(island, ()))

    def objective(self, program: str) -> float | None:
        """Return the objective of a committed program, None if it has none."""
        return self.known.objective(program)

    def held(self, program: str) -> bool:
        """Tell whether any island keeps a program."""
        return any(program in archive for archive in self.archipelago.archives)

    def joined(self, programs: Sequence[str]) -> bool:
        """Tell whether these programs were already parents together."""
        return self.memory.joined(programs)

    def wasted(self, program: str) -> int:
        """Return how many of the last attempts on a program, without a break, only repeated what was there."""
        return self.memory.repeats(program)

    def kin(self, one: str, other: str) -> bool:
        """Tell whether one of two committed programs is the other's child, by its first parent."""
        pairs = ((one, other), (other, one))
        return any(child in self.known and self.known[child].step.parent == parent for child, parent in pairs)

    def ancestors(self, program: str, most: int) -> tuple[Step, ...]:
        """Return up to `most` steps along first parents that led to a program, oldest first, its own last."""
        steps: list[Step] = []
        while program in self.known and len(steps) < most:
            step = self.known[program].step
            steps.append(step)
            program = step.parent
        return tuple(reversed(steps))


def _packed(request: str) -> bytes | str:
    """Return the hash of a request in half the room, where it is one."""
    try:
        return bytes.fromhex(request) if len(request) == _HASH_DIGITS else request
    except ValueError:
        return request
