"""The stage graph of a pipeline: built from its file, checked whole before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.errors import nearest
from evo.evaluate.stages import STAGES
from evo.spec.component import choose

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from evo.evaluate.stages import Stage
    from evo.spec.pipeline import PipelineSpec
    from evo.spec.statement import MeasureSpec

    Links = nx.DiGraph[str]

OBJECTIVE = "objective"
_RESULTS = frozenset({OBJECTIVE, "metrics"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A stage in its place.

    Attributes:
        name: as the pipeline file calls it.
        upstream: the stages that must succeed before it starts.
        ancestors: all stages above it; their outputs are its inputs. In running order.
    """

    name: str
    stage: Stage
    upstream: tuple[str, ...]
    ancestors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A checked pipeline.

    Attributes:
        nodes: in topological order; stages that are not ordered by it stand as in the file.
        scorer: the node that provides the objective.
        measures: what stages add to the problem's measures.
    """

    name: str
    nodes: tuple[Node, ...]
    scorer: Node
    measures: Mapping[str, MeasureSpec]

    @classmethod
    def of(cls, spec: PipelineSpec, stages: Mapping[str, type[Stage]] = STAGES) -> Graph:
        """Build and check the graph of a pipeline file.

        Args:
            spec: the parsed file.
            stages: the stages that it may use, by name.

        Raises:
            SpecError: unknown stage, option or upstream; a cycle; an unreachable stage; two writers of one name; an
                input that nothing upstream provides; no objective.
        """
        built = {name: choose(node.component, stages) for name, node in spec.stages.items()}
        links = _links(spec)
        writers = _writers(spec, built)
        _check_inputs(spec, built, links, writers)
        if OBJECTIVE not in writers:
            raise spec.document.error(("stages",), "no stage provides an objective; add a stage with use: score")
        _check_reachable(spec, built, links)
        nodes = _ordered(built, links)
        measures = {name: measure for node in nodes for name, measure in node.stage.measures.items()}
        scorer = next(node for node in nodes if node.name == writers[OBJECTIVE])
        return cls(name=spec.name, nodes=nodes, scorer=scorer, measures=MappingProxyType(measures))

    def stage(self, name: str) -> Stage:
        """Return the stage of that name.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node.stage
        raise KeyError(name)

    def lines(self) -> tuple[str, ...]:
        """Return the graph as text, one line per stage in running order: `name (use) <- upstream`."""
        return tuple(
            f"{node.name} ({node.stage.use})" + (f" <- {', '.join(node.upstream)}" if node.upstream else "")
            for node in self.nodes
        )


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


def _writers(spec: PipelineSpec, stages: Mapping[str, Stage]) -> dict[str, str]:
    """Return which stage provides what."""
    writers: dict[str, str] = {}
    for name, stage in stages.items():
        for provided in stage.provides:
            if provided in writers:
                message = f"{provided!r} is written by both {writers[provided]} and {name}; keep one"
                raise spec.stages[name].error(message, "use")
            writers[provided] = name
    return writers


def _check_inputs(spec: PipelineSpec, stages: Mapping[str, Stage], links: Links, writers: Mapping[str, str]) -> None:
    for name, stage in stages.items():
        for need in stage.needs:
            writer = writers.get(need)
            if writer is None:
                raise spec.stages[name].error(f"stage {name} needs {need!r}, which no stage provides", "use")
            if writer not in _above(links, name):
                message = f"stage {name} needs {need!r} from {writer}; name {writer} in its upstream"
                raise spec.stages[name].error(message, "upstream")


def _check_reachable(spec: PipelineSpec, stages: Mapping[str, Stage], links: Links) -> None:
    """Refuse stages from which no result can be reached: they would cost time and change nothing that is stored."""
    ends = {name for name, stage in stages.items() if stage.measures or _RESULTS.intersection(stage.provides)}
    alive = ends.union(*(_above(links, end) for end in ends))
    for name in stages:
        if name not in alive:
            message = "no path leads from it to an objective, measure or metric"
            raise spec.stages[name].error(f"stage {name} is unreachable: {message}; connect it or remove it", "use")


def _above(links: Links, name: str) -> set[str]:
    """Return all stages that come before one."""
    import networkx as nx  # noqa: PLC0415 - see `_links`

    return nx.ancestors(links, name)  # pyright: ignore[reportUnknownMemberType] - stubs


def _ordered(stages: Mapping[str, Stage], links: Links) -> tuple[Node, ...]:
    import networkx as nx  # noqa: PLC0415 - see `_links`

    place = {name: index for index, name in enumerate(stages)}
    order = list(nx.lexicographical_topological_sort(links, key=place.__getitem__))
    return tuple(
        Node(
            name=name,
            stage=stages[name],
            upstream=tuple(links.predecessors(name)),
            ancestors=tuple(above for above in order if above in _above(links, name)),
        )
        for name in order
    )
