"""A declared run put together without being started, so that whatever is wrong in it is found now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.assemble.identity import templates_of
from evo.assemble.issuer import builder_of
from evo.assemble.start import EMITTERS, LLMS, MIXES, SELECTORS, STRATEGIES
from evo.config.component import choose
from evo.config.document import read
from evo.config.pipeline import load_pipeline
from evo.config.problem import load_problem, pipeline_of
from evo.config.run import load_run
from evo.errors import nearest
from evo.evaluate.graph import Graph
from evo.evaluate.graph_checks import check_asked

if TYPE_CHECKING:
    from pathlib import Path

    from evo.config.problem import Problem
    from evo.config.run import RunSpec


def check_config(path: Path) -> str:
    """Return what a config declares, in a few words.

    Raises:
        NotFoundError: it names what does not exist.
        SpecError: anything wrong in it, at its position.
    """
    value = read(path).value
    if isinstance(value, dict) and not {"problem", "extends"} & value.keys():
        # Others extend it; what it leaves open is filled in, so that what it says can be judged.
        missing = [] if "budget" in value else ["budget.tickets=1"]
        _make_components(load_run(path, [f"problem={path.stem}", *missing]))
        return "a base for other configs"
    spec = load_run(path)
    _make_components(spec)
    problem = load_problem(spec.problem, beside=path.parent, params=spec.params or None)
    graph = Graph.of(load_pipeline(str(pipeline_of(problem, spec.pipeline, beside=path.parent))))
    check_asked(graph, spec.llms)
    _check_measures(spec, problem, graph)
    builder_of(spec, problem, templates_of(spec, path.parent))
    return f"{problem.label}, pipeline {graph.name}, seed {spec.seed}"


def _make_components(spec: RunSpec) -> None:
    """Build every component once, so that a wrong option is found."""
    choose(spec.selector, SELECTORS)
    choose(spec.strategy, STRATEGIES)
    choose(spec.mix, MIXES)
    for emitter in spec.emitters:
        choose(emitter, EMITTERS)
    for llm in spec.llms.values():
        choose(llm, LLMS)


def _check_measures(spec: RunSpec, problem: Problem, graph: Graph) -> None:
    there = {**problem.spec.measures, **graph.measures}
    for name in spec.archive.measures:
        if name not in there:
            message = f"unknown measure{nearest(name, there)}; {problem.label} has {', '.join(there)}"
            document = read(spec.source) if spec.source else read(problem.folder / "problem.yaml")
            raise document.error(("archive", "measures", name), message, at_key=True)
