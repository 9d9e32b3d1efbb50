"""Finding out what novelty compares of a new program: its form from a judge process, its embedding from a model.

The cheap comparisons come first, and nothing more is found out about a program that they recognise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from evo import rng
from evo.canonical import fingerprint
from evo.llm.embeddings import EMBEDDING
from evo.propose.novelty import changes, quantised
from evo.records import Prompt, Request, Traits
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.config.sections import NoveltySpec
    from evo.llm.model import LLMClient
    from evo.records import Program, Proposal
    from evo.search.gates import Gates
    from evo.search.state import State


class Forms(Protocol):
    """Knows the form of a program; `evaluate.evaluator.Evaluator` in a run."""

    async def form(self, program: Program) -> str:
        """Return the fingerprint of the syntax tree without names and formatting; "" where there is none.

        Raises:
            InfraError: this machine failed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scout:
    """Finds the traits of programs.

    Attributes:
        spec: which of them are compared.
        forms: where candidate text is parsed.
        llms: the run's models by role.
        seed: the run's.
        secrets: what no request may show.
    """

    spec: NoveltySpec
    forms: Forms
    llms: Mapping[str, LLMClient]
    seed: int
    secrets: Sequence[str] = ()

    async def look(self, proposal: Proposal, parents: Sequence[Program], state: State, gates: Gates) -> Proposal:
        """Return a proposal with the traits of its program, as far as they are needed to tell whether it is new.

        Raises:
            InfraError: this machine failed.
            LLMError: the model that embeds cannot be asked any more.
            BudgetSpent: the embedding could pass a budget.
        """
        program = proposal.program
        if program is None or state.repeats(proposal):
            return proposal
        form = await self.forms.form(program) if self.spec.normalised else ""
        added, removed = changes(parents[0] if parents else None, program) if self.spec.readded else ((), ())
        found = replace(proposal, traits=Traits(form=form, added=added, removed=removed))
        if self.spec.embedding is None or state.repeats(found):
            return found
        return await self._embedded(found, program, gates)

    async def _embedded(self, proposal: Proposal, program: Program, gates: Gates) -> Proposal:
        if self.spec.embedding is None or proposal.traits is None:
            return proposal
        request = Request(
            purpose=EMBEDDING,
            subject=program.id,
            prompt=Prompt(system="", user=redact(program.text, self.secrets)),
            seed=rng.derive(self.seed, EMBEDDING, program.id),
            llm=self.spec.embedding.llm,
            max_tokens=1,
        )
        async with gates.slot():
            completion = await self.llms[request.llm].complete(request)
        vector, answer = quantised(completion.text), fingerprint(completion.text)
        return replace(proposal, traits=replace(proposal.traits, vector=vector, request=request.hash, answer=answer))
