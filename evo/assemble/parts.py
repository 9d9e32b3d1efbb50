"""From the declared run to the parts of its search: names become classes here."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.assemble.archives import archives_of, misdeclared, rules_of, setting_of
from evo.config.component import choose
from evo.config.run import AxisSpec
from evo.errors import SpecError, nearest
from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.repair import Repair
from evo.propose.emitters.retest import Retest
from evo.propose.emitters.rewrite import Rewrite
from evo.propose.emitters.scratch import Scratch
from evo.propose.emitters.tactic import Tactic
from evo.propose.emitters.tune import Tune
from evo.propose.novelty import NoveltyIndex
from evo.propose.operator_bandits import Mix, Thompson, Ucb1, Weighted
from evo.qd.cvt import CvtSpace
from evo.qd.island_bandits import BySize, RoundRobin, Turns, Ucb
from evo.qd.islands import Archipelago
from evo.qd.resets import Never, Periodic
from evo.qd.selectors import (
    Curiosity,
    Least,
    ParetoTournament,
    RankPower,
    Selector,
    Sigmoid,
    Softmax,
    Tournament,
    Uniform,
)
from evo.qd.spaces import Axis, Category, GridSpace, Scale
from evo.qd.strategies import BestOfN, HillClimb, MapElites, RandomParent, Strategy
from evo.qd.topologies import Complete, Isolated, RandomAcceptor, Ring, Star
from evo.search.guidance import Guidance
from evo.search.issue import Way
from evo.search.state import Operators, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from evo.config.component import Component
    from evo.config.positions import Loc
    from evo.config.problem import Problem
    from evo.config.problem_spec import MeasureSpec
    from evo.config.run import RunSpec
    from evo.config.sections import ArchiveSpec
    from evo.propose.emitters.emitter import Emitter
    from evo.qd.resets import Resets
    from evo.qd.spaces import Space
    from evo.qd.topologies import Topology
    from evo.records import Direction

SELECTORS: Mapping[str, type[Selector]] = MappingProxyType(
    {each.use: each for each in (Tournament, ParetoTournament, Uniform, Least, RankPower, Softmax, Sigmoid, Curiosity)}
)
EMITTERS: Mapping[str, type[Emitter]] = MappingProxyType(
    {each.operator: each for each in (Diff, Rewrite, Crossover, Repair, Scratch, Tune, Retest)}
)
MIXES: Mapping[str, type[Mix]] = MappingProxyType({each.use: each for each in (Weighted, Ucb1, Thompson)})
TURNS: Mapping[str, type[Turns]] = MappingProxyType({each.use: each for each in (RoundRobin, BySize, Ucb)})
STRATEGIES: Mapping[str, type[Strategy]] = MappingProxyType(
    {each.use: each for each in (MapElites, BestOfN, HillClimb, RandomParent)}
)


def state_of(
    spec: RunSpec, spaces: Sequence[Space], direction: Direction, seeds: int, emitters: Iterable[Emitter] = ()
) -> State:
    """Return the state of a run before its first commit.

    Args:
        spec: the run.
        spaces: one for each island, as `spaces_of` has them.
        direction: which objectives are better.
        seeds: number of seed tickets.
        emitters: all of the run; none where nothing will be issued from the state.
    """
    archives, noise = archives_of(spec, spaces, direction)
    turns = choose(spec.islands.choice, TURNS, **({"seed": spec.seed} if spec.islands.choice.use == "size" else {}))
    archipelago = Archipelago(archives, topology_of(spec), seeds, turns=turns, resets=resets_of(spec))
    guidance = Guidance(tactics=spec.tactics, notes=spec.notes, settling=spec.schedule.effective_window)
    seen = NoveltyIndex(spec.novelty) if spec.novelty else None
    pools = strategy_of(spec).begin(archipelago, spec.seed)
    known = Operators.of(emitters)
    return State(archipelago, direction, pools, guidance, seen=seen, noise=noise, operators=known)


def resets_of(spec: RunSpec) -> Resets:
    """Return which islands begin again, and when."""
    if spec.islands.reset is None:
        return Never()
    spared = frozenset(island for island, each in enumerate(spec.islands.each) if each.spared)
    return Periodic(every=spec.islands.reset.every, spared=spared, seed=spec.seed)


def ways_of(spec: RunSpec) -> Sequence[Way]:
    """Return how each island makes programs; none where all do it as the run does."""
    if all(each.selector is None and each.emitters is None for each in spec.islands.each):
        return ()
    ways: list[Way] = []
    for each in spec.islands.each:
        emitters = emitters_of(spec, each.emitters)
        ways.append(Way(selector=selector_of(spec, each.selector), emitters=emitters))
    return ways


def emitters_of(spec: RunSpec, own: Sequence[Component] | None = None) -> list[Emitter]:
    """Return what makes proposals; `own` is an island's, instead of the run's.

    Raises:
        SpecError: an emitter that cannot work in this run, at its position.
    """
    setting = setting_of(spec)
    made: list[Emitter] = []
    for component in spec.emitters if own is None else own:
        emitter = choose(component, EMITTERS)
        if reason := emitter.needs(setting):
            raise component.error(reason)
        made.append(emitter)
    return made


def all_emitters_of(spec: RunSpec) -> list[Emitter]:
    """Return everything that may make a proposal of the run: its emitters, those of its islands, and of its tactics."""
    apart = [emitter for each in spec.islands.each for emitter in emitters_of(spec, each.emitters or ())]
    tactic = tactic_of(spec)
    return [*emitters_of(spec), *apart, *((tactic,) if tactic else ())]


def tactic_of(spec: RunSpec) -> Emitter | None:
    """Return what gets the tickets while an approach is tried; None where none ever is."""
    return Tactic(llm=spec.tactics.llm) if spec.tactics else None


def with_objectives(spec: RunSpec, problem: Problem, measures: Mapping[str, MeasureSpec]) -> RunSpec:
    """Return the run with all of its further objectives: the problem's, then its own.

    Raises:
        SpecError: one that is no measure of the problem or its pipeline.
    """
    aims = {**problem.spec.objectives, **spec.objectives}
    for name in aims:
        if name not in measures:
            message = f"objectives.{name}: no such measure{nearest(name, measures)}; {problem.label} has "
            raise SpecError(message + ", ".join(measures), path=str(spec.source or ""))
    return replace(spec, objectives=MappingProxyType(aims)) if aims else spec


def strategy_of(spec: RunSpec) -> Strategy:
    """Return where the run's parents come from."""
    return choose(spec.strategy, STRATEGIES)


def selector_of(spec: RunSpec, own: Component | None = None) -> Selector:
    """Return what picks parents from the strategy's pools; `own` is an island's, instead of the run's."""
    selector = choose(own or spec.selector, SELECTORS)
    return selector if strategy_of(spec).selects else Uniform()


def topology_of(spec: RunSpec) -> Topology:
    """Return who sends elites to whom."""
    migration = spec.islands.migration
    classes = {each.use: each for each in (Ring, Star, Complete, RandomAcceptor)}
    if migration.use == "none":
        return Isolated()
    return classes[migration.use](
        every=migration.every, migrants_count=migration.migrants, choose=migration.choose, seed=spec.seed
    )


def spaces_of(spec: RunSpec, problem: Problem, measures: Mapping[str, MeasureSpec]) -> Sequence[Space]:
    """Return each island's space; islands without one of their own share the run's.

    Raises:
        SpecError: as `space_of`, and what does not hold together about the archives themselves.
    """
    rules_of(spec)
    for selector in (spec.selector, *(each.selector for each in spec.islands.each if each.selector)):
        measure = selector.options.get("measure")
        if selector.use == Least.use and measure is not None and measure not in measures:
            there = f"{nearest(str(measure), measures)}; there are {', '.join(measures)}"
            raise selector.error(f"unknown measure {measure!r}{there}", "measure")
    whole = space_of(spec, problem, measures)
    own = [each.archive for each in spec.islands.each] or [None] * spec.islands.count
    return [
        whole if archive is None else space_of(spec, problem, measures, archive, ("islands", "each", island))
        for island, archive in enumerate(own)
    ]


def space_of(
    spec: RunSpec,
    problem: Problem,
    measures: Mapping[str, MeasureSpec],
    archive: ArchiveSpec | None = None,
    loc: Loc = (),
) -> Space:
    """Return the space that the run asks for, over all of the problem's measures when it names none.

    Args:
        spec: the run.
        problem: what it searches.
        measures: of the problem and of its pipeline's stages.
        archive: an island's own, in place of the run's.
        loc: where that is declared.

    Raises:
        SpecError: a measure that is not there, or kinds in a CVT.
    """
    archive = archive or spec.archive
    chosen = archive.measures or {name: AxisSpec() for name in problem.spec.measures}
    axes: list[Axis | Category] = []
    for name, axis in chosen.items():
        if name not in measures:
            message = f"unknown measure{nearest(name, measures)}; {problem.label} has {', '.join(measures)}"
            raise misdeclared(spec, (*loc, "archive", "measures", name), message)
        found = measures[name]
        if axis.values is not None:
            axes.append(Category(name=name, values=axis.values))
        else:
            axes.append(Axis(name=name, low=found.low, high=found.high, cells=axis.cells, scale=Scale(axis.scale)))
    if archive.use == "grid":
        return GridSpace(tuple(axes))
    sizes = [axis for axis in axes if isinstance(axis, Axis)]
    for kinds in axes:
        if isinstance(kinds, Category):
            message = "kinds have no distances, so a cvt cannot hold them; expected `use: grid`"
            raise misdeclared(spec, (*loc, "archive", "measures", kinds.name), message)
    return CvtSpace(sizes, archive.cells, spec.seed)
