"""Whether a pipeline fits what it is used with: the models of a run, and a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evo.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Collection

    from evo.config.problem import Problem
    from evo.evaluate.graph import Graph


def check_asked(graph: Graph, roles: Collection[str]) -> None:
    """Check that every model that a stage asks is among those of a run.

    Raises:
        SpecError: one is not.
    """
    for node in graph.nodes:
        for role in node.stage.contract.asks:
            if role not in roles:
                hint = nearest(role, roles) or f"; there are {', '.join(roles) or 'none'}"
                message = f"stage {node.name} asks {role!r}, which is not among the run's llms{hint}"
                raise graph.spec.stages[node.name].error(message, "llm")


def check_problem(graph: Graph, problem: Problem) -> None:
    """Check what a pipeline says about a problem.

    Raises:
        SpecError: a problem with a foreign evaluator and a pipeline without its stage, or the other way round; a
            measure that both write, a gate on a measure that the problem does not have, or a parameter that it does
            not have.
    """
    for name in graph.measures:
        if name in problem.spec.measures:
            message = f"measure {name!r} is written twice: by the problem {problem.spec.name} and by a stage of "
            message += f"pipeline {graph.name}; rename it in problem.yaml or leave the stage out"
            raise graph.spec.document.error(("stages",), message)
    shared = [node.name for node in graph.nodes if node.stage.contract.shared]
    if shared and problem.spec.foreign is None:
        message = f"stage {shared[0]} needs somebody else's evaluator, and {problem.spec.name} has no `foreign:`"
        raise graph.spec.stages[shared[0]].error(message, "use")
    if problem.spec.foreign is not None and not graph.scorer.stage.contract.shared:
        message = (
            f"{problem.spec.name} is scored by somebody else's evaluator (`foreign:`), so its pipeline needs a stage "
        )
        raise graph.spec.document.error(("stages",), f"{message}with use: foreign; pipeline: foreign has one")
    for node in graph.nodes:
        declared, gate = graph.spec.stages[node.name], node.placing.when
        if gate is not None and len(gate.path) > 2 and gate.path[1] == "measures":  # noqa: PLR2004 - stage.group.name
            known = problem.spec.measures
            if gate.path[2] not in known:
                message = f"{problem.spec.name} has no measure {gate.path[2]!r}{nearest(gate.path[2], known)}"
                raise declared.error(f"{gate.value}: {message}; it has {', '.join(known) or 'none'}", "when")
        params = declared.options.get("params")
        for param in params if isinstance(params, dict) and ":" not in declared.use else ():
            if param not in problem.params:
                hint = nearest(param, problem.params) or f"; it has {', '.join(problem.params) or 'none'}"
                raise declared.error(f"{problem.spec.name} has no parameter {param!r}{hint}", "params")
