"""What a run would ask a model first: the question of `evo doctor --ask`, and what its answer would come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evo import rng
from evo.assemble.identity import seeds_of
from evo.assemble.resolve import resolve_files
from evo.estimate.longest import first_prompt, largest_first
from evo.propose.answer import read
from evo.propose.emitters.emitter import asks_model
from evo.propose.prompt.builder import redacted
from evo.records import Purpose, Request, Ticket

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.assemble.setup import Setup
    from evo.config.run import RunSpec
    from evo.edits import Editable
    from evo.records import Completion, Program, Prompt, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstQuestion:
    """The request of a run's first ticket for a role, as a run would make it.

    Attributes:
        parent: the program that the answer is to change.
        editable: what of it may change.
    """

    ticket: Ticket
    request: Request
    parent: Program
    editable: Editable

    def proposal(self, completion: Completion) -> Proposal:
        """Return what would come of an answer."""
        return read(self.ticket, self.request, completion, (self.parent,), editable=self.editable)


def first_questions(spec: RunSpec, runs_dir: Path) -> Mapping[str, FirstQuestion]:
    """Return what each role that proposes would be asked first; nothing is started and nobody is contacted.

    Args:
        spec: the run.
        runs_dir: where seeds that are other runs' programs lie.

    Raises:
        NotFoundError, SpecError: declared files that do not exist or do not fit together.
        LLMError: a model cannot say what it is.
    """
    setup = resolve_files(spec)
    seeds = list(seeds_of(spec, setup.problem, spec.source.parent if spec.source else None, runs_dir).values())
    found: dict[str, FirstQuestion] = {}
    for emitter in (each for each in setup.emitters if asks_model(each)):
        for role in (emitter.llm, *setup.facts[emitter.llm].members):
            if role not in found:
                prompt = first_prompt(emitter, setup.prompts, seeds, setup.manners.of(len(seeds), role))
                found[role] = _question(setup, role, emitter.operator, prompt, seeds)
    return found


def _question(setup: Setup, role: str, operator: str, prompt: Prompt, seeds: Sequence[Program]) -> FirstQuestion:
    number, parent = len(seeds), largest_first(seeds)[0]
    request = Request(
        purpose=Purpose.PROPOSE,
        subject=str(number),
        prompt=redacted(prompt, setup.secrets),
        seed=rng.derive(setup.seed, Purpose.PROPOSE, number),
        llm=role,
    )
    ticket = Ticket(number=number, after_seq=number - 1, island=0, operator=operator, parents=(parent.id,))
    return FirstQuestion(ticket=ticket, request=request, parent=parent, editable=setup.problem.editable)
