"""The declared run with every part of it made: what all who start, take up, replay or estimate a run work with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.execute.executor import trust_of
from evo.propose.prompt.manner import Manners
from evo.propose.prompt.templates import FIRST
from evo.records import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evo.assemble.fold import FoldParts
    from evo.config.problem import Problem
    from evo.config.problem_spec import MeasureSpec
    from evo.config.run import RunSpec
    from evo.config.sections import BudgetSpec, InsightsSpec, NoveltySpec, PromptsSpec
    from evo.evaluate.graph import Graph
    from evo.execute.executor import ExecutorOptions
    from evo.llm.model import LLM, ModelFacts
    from evo.parts import Part
    from evo.propose.emitters.emitter import Emitter
    from evo.propose.operator_bandits import Mix
    from evo.propose.prompt.builder import PromptBuilder
    from evo.qd.economies import Economy
    from evo.qd.spaces import Space
    from evo.search.issue import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """A run with every part made.

    Attributes:
        declared: the run as it is written down; nobody reads it any more, but to store it.
        problem, graph, measures: what is searched, how it is scored, and every measure that a score comes with.
        fold: what decides about archives and parents.
        spaces: one for each island.
        ways: how each island makes programs: one for all of them, or one for each.
        tactic: what gets the tickets while an approach is tried; None where none ever is.
        mix: which emitter gets a ticket.
        economy: which evaluations end early; None: none.
        llms, facts: role -> model, none of them connected, and what each tells of itself.
        secrets: what may appear nowhere.
        rooms: role -> most tokens of a prompt.
        executor: where programs run.
        prompts: builds what models are asked.
        trackers: who is told of the run.
        secret: what the judge's hidden instances are drawn from; "" where there is nothing of the kind.
        made: every part with where it came from, in the order of the config.
    """

    declared: RunSpec
    problem: Problem
    graph: Graph
    measures: Mapping[str, MeasureSpec]
    fold: FoldParts
    spaces: Sequence[Space]
    ways: Sequence[Way]
    tactic: Emitter | None
    mix: Mix
    economy: Economy | None
    llms: Mapping[str, LLM]
    facts: Mapping[str, ModelFacts]
    secrets: Sequence[str]
    rooms: Mapping[str, int]
    executor: ExecutorOptions
    prompts: PromptBuilder
    trackers: Sequence[Part]
    made: Sequence[Part]
    secret: str = ""

    def with_secret(self, secret: str) -> Setup:
        """Return the same setup for a run with this secret, which may appear nowhere; "" changes nothing."""
        return replace(self, secret=secret, secrets=(*self.secrets, secret)) if secret else self

    @property
    def seed(self) -> int:
        """Of every random choice."""
        return self.declared.seed

    @property
    def trust(self) -> str:
        """What a score is worth: the problem's word, else the executor's; "" where a judge of its own scores."""
        return self.problem.trust or trust_of(self.executor)

    @property
    def budget(self) -> BudgetSpec:
        """When the run ends."""
        return self.declared.budget

    @property
    def slots(self) -> int:
        """Model calls in flight, at most."""
        return self.declared.schedule.slots

    @property
    def window(self) -> int:
        """Tickets issued and not committed, at most."""
        return self.declared.schedule.window_for(self.executor.workers)

    @property
    def ordered(self) -> bool:
        """Whether commits happen in the order of tickets."""
        return self.declared.schedule.commit == "ordered"

    @property
    def novelty(self) -> NoveltySpec | None:
        """What counts as a repetition beside an equal text."""
        return self.declared.novelty

    @property
    def insights(self) -> InsightsSpec | None:
        """Who is asked for insights."""
        return self.declared.insights

    @property
    def manners(self) -> Manners:
        """How prompts speak."""
        brief = frozenset(role for role, facts in self.facts.items() if facts.thinking == "brief")
        seeing = frozenset(role for role, facts in self.facts.items() if facts.sees and self.problem.picture)
        return Manners(seed=self.seed, brief=brief, seeing=seeing, arms=self.declared.prompts.arms)

    @property
    def seeds_first(self) -> bool:
        """Whether no model is asked before the seeds are scored; runs of the first edition asked at once."""
        return self.prompts.edition > FIRST

    @property
    def shows(self) -> PromptsSpec:
        """What prompts say of the lineage."""
        return self.declared.prompts

    @property
    def remembers(self) -> bool:
        """Whether all that was tried on a parent counts when a ticket is issued."""
        return self.declared.memory == "full"

    @property
    def draws(self) -> int:
        """How often a ticket may ask its model, at most."""
        schedule = self.declared.schedule
        return 1 if self.draws_paid and not schedule.paid_draws else schedule.draws

    @property
    def draws_paid(self) -> bool:
        """Whether every request has to find its room within a budget."""
        return self.budget.usd is not None or self.budget.tokens is not None

    @property
    def patient(self) -> frozenset[str]:
        """The roles whose answers come from outside, when they come."""
        return frozenset(role for role, facts in self.facts.items() if facts.patient)

    @property
    def confined(self) -> frozenset[str]:
        """The roles that are programs at work on this machine."""
        return frozenset(role for role, facts in self.facts.items() if facts.confined)

    @property
    def trusted(self) -> frozenset[str]:
        """The roles whose answers may tell a score that counts."""
        return frozenset(role for role, facts in self.facts.items() if facts.trusted)

    @property
    def second_turns(self) -> frozenset[str]:
        """The roles that are asked once more for an answer that could not be used."""
        asked = self.declared.answers.second_turn
        return frozenset(role for role, facts in self.facts.items() if (facts.converses if asked is None else asked))

    @property
    def direction(self) -> Direction:
        """Which objectives are better."""
        return Direction(self.problem.spec.objective.direction)

    @property
    def emitters(self) -> Sequence[Emitter]:
        """Whatever may make a proposal: the emitters of every island, and that of the tactics."""
        return [*(emitter for way in self.ways for emitter in way.emitters), *([self.tactic] if self.tactic else [])]
