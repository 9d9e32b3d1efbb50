"""A whole search in memory, with the parts of one's own: the real loop, fold, prompts and edits in milliseconds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from evo.config.sections import BudgetSpec
from evo.llm.answer_log import Recorded
from evo.llm.desk import Desk
from evo.llm.facts import facts_of
from evo.llm.guard import Guarded
from evo.llm.model import LLMContext
from evo.llm.waits import Waits
from evo.propose.answer import AnswerReader
from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.emitter import asks_model
from evo.propose.operator_bandits import Weighted
from evo.propose.prompt.builder import PromptBuilder
from evo.propose.prompt.manner import Manners
from evo.qd.archive import Archive
from evo.qd.island_bandits import RoundRobin
from evo.qd.islands import Archipelago
from evo.qd.noise import Noise
from evo.qd.replacements import ByObjective
from evo.qd.resets import Never
from evo.qd.selectors import Tournament, Uniform
from evo.qd.spaces import Axis, Grid
from evo.qd.strategies import MapElites
from evo.qd.topologies import Ring
from evo.records import Direction, Program
from evo.search.attempt import Attempts
from evo.search.gates import Gates
from evo.search.issue import Issuer, Way
from evo.search.library import Library
from evo.search.loop import Search
from evo.search.state import Operators, State
from evo.testing.evaluator import UnsafeEvaluator
from evo.testing.memory_store import MemoryStore
from evo.testing.model import ScriptedModel
from evo.testing.samples import CONTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evo.llm.model import LLM, LLMClient
    from evo.llm.workshop import Workshop
    from evo.propose.emitters.emitter import Emitter
    from evo.propose.operator_bandits import Mix
    from evo.propose.prompt.problem_contract import ProblemContract
    from evo.qd.island_bandits import Turns
    from evo.qd.replacements import Replacement
    from evo.qd.resets import Resets
    from evo.qd.selectors import Selector
    from evo.qd.spaces import Category, Space, SpaceOptions
    from evo.qd.strategies import Strategy
    from evo.qd.topologies import Topology
    from evo.records import Commit
    from evo.search.attempt import Evaluates
    from evo.store.store import Store

_KEPT_IN_MEMORY = 64


def _default_emitters() -> Sequence[Emitter]:
    return (Diff(weight=2.0), Crossover())


def _by_objective() -> Replacement:
    return cast("Replacement", ByObjective())


@dataclass(frozen=True, kw_only=True)
class SmallSearch:
    """A search for the number 0.3 among programs of one line, `x = 0.8`.

    Attributes:
        tickets: how many, the seeds among them.
        budget: when it ends, where tickets are not all that counts.
        seed: of every random choice.
        seeds: texts of the first programs.
        model: answers every role but those of `models`; its client is made anew for each session.
        models: role -> model.
        evaluator: scores programs; see `UnsafeEvaluator`.
        space: over `axes`, by default the measures x and y.
        islands: how many.
        contract: what prompts say of the problem.
        slots, workers, window, ordered: as in a config's `schedule` and `executor`.
        workshop: where programs that edit files work, if a model is one.
    """

    tickets: int = 20
    budget: BudgetSpec | None = None
    seed: int = 0
    seeds: Sequence[str] = ("x = 0.8\n", "x = 0.05\n")
    model: LLM = field(default_factory=ScriptedModel)
    models: Mapping[str, LLM] = field(default_factory=dict[str, "LLM"])
    evaluator: Evaluates = field(default_factory=UnsafeEvaluator)
    emitters: Sequence[Emitter] = field(default_factory=_default_emitters)
    selector: Selector = field(default_factory=lambda: Tournament(size=2))
    strategy: Strategy = field(default_factory=MapElites)
    mix: Mix = field(default_factory=Weighted)
    turns: Turns = field(default_factory=RoundRobin)
    topology: Topology = field(default_factory=lambda: Ring(every=5))
    reset: Resets = field(default_factory=Never)
    replacement: Replacement = field(default_factory=_by_objective)
    space: SpaceOptions = field(default_factory=Grid)
    axes: Sequence[Axis | Category] = (
        Axis(name="x", low=0.0, high=1.0, cells=20),
        Axis(name="y", low=0.0, high=1.0, cells=2),
    )
    islands: int = 2
    contract: ProblemContract = CONTRACT
    slots: int = 4
    workers: int = 2
    window: int = 4
    ordered: bool = True
    workshop: Workshop | None = None

    def first_programs(self) -> dict[str, Program]:
        """Return the seeds by name."""
        return {f"seed{number}": Program.of(text) for number, text in enumerate(self.seeds)}

    def store(self) -> MemoryStore:
        """Return the store of a new run."""
        return MemoryStore(self.first_programs().values(), seed=self.seed)

    def search(self, store: MemoryStore | Store) -> Search:
        """Return the living search on a store: an asynchronous context manager and iterator of commits.

        Args:
            store: in memory or on disk. What it holds of an earlier session is folded, and the search goes on.
        """
        state, programs, desk, waits = self._state(), self.first_programs(), self._desk(), Waits()
        library = Library(store, programs.values(), most=_KEPT_IN_MEMORY)
        apart = desk.roles | {role for role, model in self.models.items() if facts_of(model).confined}
        return Search(
            state=state,
            store=store,
            library=library,
            issuer=self._issuer(programs, library),
            attempts=Attempts(
                llms=self._llms(store, desk, waits),
                waits=waits,
                evaluator=self.evaluator,
                store=store,
                state=state,
                gates=Gates(self.slots, self.workers),
                reader=AnswerReader(
                    editable="whole", outside=apart, trusted=desk.trusted, measures=tuple(desk.measures)
                ),
                patient=apart,
            ),
            budget=self.budget or BudgetSpec(tickets=self.tickets),
            window=self.window,
            ordered=self.ordered,
            # Nobody in the loop looks at the problem; those who print a run do.
            problem=cast("Any", None),
            folder=store.folder,
            desk=desk,
            operators=[each.operator for each in self.emitters],
            roles=sorted({each.llm for each in self.emitters if each.llm}),
        )

    def run(self, store: MemoryStore | None = None) -> SearchEnd:
        """Run to the end, or go on with a run, and return what came of it."""
        kept = store or self.store()

        async def whole() -> tuple[Search, list[Commit]]:
            async with self.search(kept) as search:
                return search, [commit async for commit in search]

        search, commits = asyncio.run(whole())
        return SearchEnd(commits=commits, search=search, store=kept, model=self.model)

    def _state(self) -> State:
        noise = None if self.replacement.z is None else Noise(self.replacement.z)
        space: Space = self.space.over(self.axes, self.seed)
        archives = [
            Archive(space, Direction.MAXIMIZE, island, rule=self.replacement, noise=noise)
            for island in range(self.islands)
        ]
        islands = Archipelago(archives, self.topology, len(self.seeds), turns=self.turns, resets=self.reset)
        pools = self.strategy.begin(islands, self.seed)
        return State(islands, Direction.MAXIMIZE, pools, noise=noise, operators=Operators.of(self.emitters))

    def _issuer(self, programs: dict[str, Program], library: Library) -> Issuer:
        selector = self.selector if self.strategy.selects else Uniform()
        asking = [each for each in self.emitters if asks_model(each)]
        return Issuer(
            seed=self.seed,
            seeds=programs,
            ways=(Way(selector=selector, emitters=self.emitters),),
            prompts=PromptBuilder(self.contract, emitters=asking),
            library=library,
            history=self.strategy.history,
            mix=self.mix,
            manners=Manners(seed=self.seed),
        )

    def _desk(self) -> Desk:
        facts = {role: facts_of(model, role) for role, model in self.models.items()}
        return Desk(
            roles=frozenset(role for role, each in facts.items() if each.patient),
            trusted=frozenset(role for role, each in facts.items() if each.trusted),
            measures=[axis.name for axis in self.axes],
        )

    def _llms(self, store: MemoryStore | Store, desk: Desk, waits: Waits) -> dict[str, LLMClient]:
        found: dict[str, LLMClient] = {}
        for role in sorted({each.llm for each in self.emitters if each.llm}):
            model = self.models.get(role, self.model)
            facts = facts_of(model)
            context = LLMContext(role=role, ideas=None, seed=self.seed, desk=desk, waits=waits, workshop=self.workshop)
            client = model.connect(context)
            found[role] = Recorded(Guarded(client, role, facts), store, secrets=facts.secrets, kept=desk.keep)
        return found


@dataclass(frozen=True, kw_only=True)
class SearchEnd:
    """What came of a small search; to be iterated over for its commits.

    Attributes:
        commits: of this session, in order.
        search: as it was left, with its `state`, `run_state` and `stop_reason`.
        store: all that was kept; another session may go on with it.
        model: as given; a `ScriptedModel` knows what it was asked.
    """

    commits: Sequence[Commit]
    search: Search
    store: MemoryStore
    model: LLM

    def __iter__(self) -> Iterator[Commit]:
        return iter(self.commits)

    @property
    def log_hash(self) -> str:
        """The hash of the whole log."""
        return self.search.state.hash


def search(tickets: int = 20, **given: Any) -> SearchEnd:  # noqa: ANN401 - the fields of `SmallSearch`
    """Run a small search to its end: `search(40, selector=Mine())`; the keywords are the fields of `SmallSearch`."""
    return SmallSearch(tickets=tickets, **given).run()
