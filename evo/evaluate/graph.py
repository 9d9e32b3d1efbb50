"""The stage graph of a pipeline: built from its file, checked whole before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from heapq import heapify, heappop, heappush
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.errors import nearest
from evo.evaluate import graph_checks
from evo.evaluate.stages.catalogue import made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.config.pipeline import PipelineSpec, Placing, Repeats
    from evo.config.problem_spec import MeasureSpec
    from evo.evaluate.stages.stage import Stage
    from evo.parts import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class StageNode:
    """A stage in its place.

    Attributes:
        name: as the pipeline file calls it.
        placing: what the file says about it beside its own options.
        ancestors: all stages above it, in running order.
        sources: input -> the stage above it that gives it.
        repeats: its own, or that of a stage that it reads.
    """

    name: str
    stage: Stage
    placing: Placing
    ancestors: tuple[str, ...]
    sources: Mapping[str, str]
    repeats: Repeats | None

    @property
    def upstream(self) -> tuple[str, ...]:
        """The stages that it waits for."""
        return self.placing.upstream


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A checked pipeline.

    Attributes:
        nodes: in topological order; stages that are not ordered by it stand as in the file.
        scorer: the node that provides the objective.
        measures: what stages add to the problem's measures.
        deadline: wall seconds for one program, None for none.
        parts: the stages with where they came from, in the order of the file.
        spec: the file, for the positions of later errors.
    """

    name: str
    nodes: tuple[StageNode, ...]
    scorer: StageNode
    measures: Mapping[str, MeasureSpec]
    deadline: float | None = None
    parts: tuple[Part, ...] = ()
    spec: PipelineSpec = field(repr=False)

    @classmethod
    def of(cls, spec: PipelineSpec, stages: Mapping[str, type[Stage]] | None = None) -> Graph:
        """Build and check the graph of a pipeline file.

        Args:
            spec: the parsed file.
            stages: further ones that it may use, by name, beside those that ship, are installed or lie in files.

        Raises:
            SpecError: unknown stage, option or upstream; a cycle; an unreachable stage; two writers of one result; an
                input that nothing or more than one thing upstream provides, or of another kind; a gate on what is no
                number; a limit that the stage does not know; repeats of what uses no seed; no objective.
        """
        parts = {name: made(name, node, stages) for name, node in spec.stages.items()}
        built = {name: cast("Stage", part.value) for name, part in parts.items()}
        order = _order(spec)
        above = _above(spec, order)
        sources = graph_checks.sources(spec, built, above)
        graph_checks.check_placing(spec, built, above)
        scorer = graph_checks.scorer(spec, built)
        graph_checks.check_reachable(spec, built, above)
        repeats = graph_checks.repeats(spec, built, sources, order)
        nodes = {
            name: StageNode(
                name=name,
                stage=built[name],
                placing=spec.stages[name].placing,
                ancestors=tuple(each for each in order if each in above[name]),
                sources=MappingProxyType(sources[name]),
                repeats=repeats[name],
            )
            for name in order
        }
        reporting = [node for node in nodes.values() if node.placing.report]
        measures = {name: measure for node in reporting for name, measure in node.stage.contract.measures.items()}
        return cls(
            name=spec.name,
            nodes=tuple(nodes.values()),
            scorer=nodes[scorer],
            measures=MappingProxyType(measures),
            deadline=spec.deadline,
            parts=tuple(parts.values()),
            spec=spec,
        )

    def node(self, name: str) -> StageNode:
        """Return the node of that name.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    def stage(self, name: str) -> Stage:
        """Return the stage of that name.

        Raises:
            KeyError: there is none.
        """
        return self.node(name).stage


def _order(spec: PipelineSpec) -> list[str]:
    """Return the stages in the order in which they run: of those that may, the first of the file."""
    # Not networkx here: to import it takes a tenth of the time to a run's first call.
    sorter = TopologicalSorter({name: _upstream(spec, name) for name in spec.stages})
    try:
        sorter.prepare()
    except CycleError as error:
        cycle = cast("list[str]", error.args[1])
        path = " -> ".join(cycle)
        message = f"the stages wait for one another: {path}; break the cycle"
        raise spec.stages[cycle[0]].error(message, "upstream") from None
    names, order = list(spec.stages), list[str]()
    place = {name: index for index, name in enumerate(names)}
    ready = [place[name] for name in sorter.get_ready()]
    heapify(ready)
    while ready:
        order.append(names[heappop(ready)])
        sorter.done(order[-1])
        for name in sorter.get_ready():
            heappush(ready, place[name])
    return order


def _upstream(spec: PipelineSpec, name: str) -> tuple[str, ...]:
    stage = spec.stages[name]
    for source in stage.upstream:
        if source not in spec.stages:
            hint = f"{nearest(source, spec.stages)}; there are {', '.join(spec.stages)}"
            raise stage.error(f"stage {name}: unknown upstream {source!r}{hint}", "upstream")
    return tuple(stage.upstream)


def _above(spec: PipelineSpec, order: list[str]) -> dict[str, frozenset[str]]:
    """Return for each stage all that come before it."""
    above: dict[str, frozenset[str]] = {}
    for name in order:
        sources = spec.stages[name].upstream
        above[name] = frozenset(sources).union(*(above[source] for source in sources))
    return above
