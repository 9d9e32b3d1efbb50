"""From the declared run to the parts of its search: names become classes here."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from evo.errors import SpecError, nearest
from evo.propose.emitters import Crossover, Diff, Emitter, Repair, Rewrite, Scratch, Tune
from evo.propose.mixes import Mix, Thompson, Ucb1, Weighted
from evo.propose.novelty import Seen
from evo.propose.retesting import Retest
from evo.qd.archive import Archive
from evo.qd.cvt import CvtSpace
from evo.qd.islands import Archipelago, Complete, Isolated, RandomAcceptor, Ring, Star
from evo.qd.noise import Noise
from evo.qd.replacement import BeyondNoise, ByObjective, ByPareto
from evo.qd.selection import (
    Curiosity,
    ParetoTournament,
    RankPower,
    Selector,
    Sigmoid,
    Softmax,
    Tournament,
    Uniform,
)
from evo.qd.space import Axis, Category, GridSpace, Scale
from evo.qd.strategies import BestOfN, HillClimb, MapElites, RandomParent, Strategy
from evo.search.state import State
from evo.spec.component import choose
from evo.spec.loading import read
from evo.spec.run import AxisSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.qd.islands import Topology
    from evo.qd.space import Space
    from evo.spec.problem import Problem
    from evo.spec.run import RunSpec
    from evo.spec.statement import MeasureSpec
    from evo.verdicts import Direction

SELECTORS: Mapping[str, type[Selector]] = MappingProxyType(
    {each.use: each for each in (Tournament, ParetoTournament, Uniform, RankPower, Softmax, Sigmoid, Curiosity)}
)
EMITTERS: Mapping[str, type[Emitter]] = MappingProxyType(
    {each.operator: each for each in (Diff, Rewrite, Crossover, Repair, Scratch, Tune, Retest)}
)
MIXES: Mapping[str, type[Mix]] = MappingProxyType({each.use: each for each in (Weighted, Ucb1, Thompson)})
REPLACEMENTS: Mapping[str, type[ByObjective | ByPareto | BeyondNoise]] = MappingProxyType(
    {each.use: each for each in (ByObjective, ByPareto, BeyondNoise)}
)
STRATEGIES: Mapping[str, type[Strategy]] = MappingProxyType(
    {each.use: each for each in (MapElites, BestOfN, HillClimb, RandomParent)}
)


def state_of(spec: RunSpec, space: Space, direction: Direction, seeds: int) -> State:
    """Return the state of a run before its first commit.

    Args:
        spec: the run.
        space: of every island.
        direction: which objectives are better.
        seeds: number of seed tickets.
    """
    replacement = choose(spec.archive.replacement, REPLACEMENTS)
    if isinstance(replacement, ByPareto) and not spec.objectives:
        raise spec.archive.replacement.error("pareto needs several objectives; expected `objectives` beside `archive`")
    noise = Noise(replacement.z) if isinstance(replacement, BeyondNoise) else None
    for emitter in (each for each in spec.emitters if each.use == Retest.operator):
        if noise is None or not strategy_of(spec).selects:
            raise emitter.error("retest needs `archive.replacement: beyond_noise`, and the strategy map_elites")
    archives = [
        Archive(
            space,
            direction,
            island,
            per_cell=spec.archive.per_cell,
            margin=spec.archive.margin,
            aims=spec.objectives,
            pareto=isinstance(replacement, ByPareto),
            noise=noise,
        )
        for island in range(spec.islands.count)
    ]
    archipelago = Archipelago(archives, topology_of(spec), seeds)
    seen = Seen(spec.novelty) if spec.novelty else None
    return State(archipelago, direction, strategy_of(spec).begin(archipelago, spec.seed), seen, noise)


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


def selector_of(spec: RunSpec) -> Selector:
    """Return what picks parents from the strategy's pools."""
    selector = choose(spec.selector, SELECTORS)
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


def space_of(spec: RunSpec, problem: Problem, measures: Mapping[str, MeasureSpec]) -> Space:
    """Return the space that the run asks for, over all of the problem's measures when it names none.

    Args:
        spec: the run.
        problem: what it searches.
        measures: of the problem and of its pipeline's stages.

    Raises:
        SpecError: a measure that is not there, or kinds in a CVT.
    """
    chosen = spec.archive.measures or {name: AxisSpec() for name in problem.spec.measures}
    axes: list[Axis | Category] = []
    for name, axis in chosen.items():
        if name not in measures:
            message = f"unknown measure{nearest(name, measures)}; {problem.label} has {', '.join(measures)}"
            raise _error(spec, name, message)
        found = measures[name]
        if axis.values is not None:
            axes.append(Category(name=name, values=axis.values))
        else:
            axes.append(Axis(name=name, low=found.low, high=found.high, cells=axis.cells, scale=Scale(axis.scale)))
    if spec.archive.use == "grid":
        return GridSpace(tuple(axes))
    sizes = [axis for axis in axes if isinstance(axis, Axis)]
    for kinds in axes:
        if isinstance(kinds, Category):
            raise _error(spec, kinds.name, "kinds have no distances, so a cvt cannot hold them; expected `use: grid`")
    return CvtSpace(sizes, spec.archive.cells, spec.seed)


def _error(spec: RunSpec, measure: str, message: str) -> SpecError:
    if spec.source is None:
        return SpecError(f"archive.measures.{measure}: {message}")
    return read(spec.source).error(("archive", "measures", measure), message, at_key=True)
