"""The stage graph of a pipeline: built from its file, checked whole before anything runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.errors import nearest
from evo.evaluate import graph_checks
from evo.evaluate.stages.catalogue import made

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from evo.config.pipeline import PipelineSpec, Placing, Repeats
    from evo.config.problem_spec import MeasureSpec
    from evo.evaluate.stages.stage import Stage
    from evo.parts import Part

    Links = nx.DiGraph[str]


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
        links = _links(spec)
        above = {name: _above(links, name) for name in built}
        order = _order(links, list(built))
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


def _links(spec: PipelineSpec) -> Links:
    import networkx as nx  # noqa: PLC0415 - a fifth of a second that only runs and checks of pipelines pay

    links: Links = nx.DiGraph()
    links.add_nodes_from(spec.stages)
    for name, stage in spec.stages.items():
        for source in stage.upstream:
            if source not in spec.stages:
                hint = f"{nearest(source, spec.stages)}; there are {', '.join(spec.stages)}"
                raise stage.error(f"stage {name}: unknown upstream {source!r}{hint}", "upstream")
            links.add_edge(source, name)
    if not nx.is_directed_acyclic_graph(links):
        edges = cast("list[tuple[str, str]]", nx.find_cycle(links))  # pyright: ignore[reportUnknownMemberType] - stubs
        cycle = [source for source, _ in edges]
        path = " -> ".join([*cycle, cycle[0]])
        raise spec.stages[cycle[0]].error(f"the stages wait for one another: {path}; break the cycle", "upstream")
    return links


def _above(links: Links, name: str) -> frozenset[str]:
    """Return all stages that come before one."""
    import networkx as nx  # noqa: PLC0415 - see `_links`

    return frozenset(nx.ancestors(links, name))  # pyright: ignore[reportUnknownMemberType] - stubs


def _order(links: Links, names: list[str]) -> list[str]:
    import networkx as nx  # noqa: PLC0415 - see `_links`

    place = {name: index for index, name in enumerate(names)}
    return list(nx.lexicographical_topological_sort(links, key=place.__getitem__))
