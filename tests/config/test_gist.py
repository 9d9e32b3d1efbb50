"""What readers of a run want to know of its declaration."""

from dataclasses import replace

from evo.config.component import Component
from evo.config.gist import gist_of
from evo.config.run import RunSpec, to_yaml
from evo.config.sections import BudgetSpec, InsightsSpec
from evo.records import Direction

SPEC = RunSpec(problem="toy", budget=BudgetSpec(tickets=1, target=2.5))


def gist(spec):
    return gist_of(to_yaml(spec), "toy")


def test_the_gist_of_a_plain_run():
    found = gist(SPEC)
    assert (found.strategy, found.target, found.insights, found.own_params) == ("widening", 2.5, False, False)
    assert found.objectives == {}


def test_the_gist_of_a_rich_run():
    models = {
        "fast": Component(use="script", options={"model": "m1"}),
        "spare": Component(use="script", options={"model": "m2"}),
    }
    rich = replace(
        SPEC,
        llms=models,
        insights=InsightsSpec(llm="spare"),
        params={"n": 3},
        objectives={"x": Direction.MINIMIZE},
        strategy=Component(use="best_of_n"),
    )
    found = gist(rich)
    assert (found.strategy, found.insights, found.own_params) == ("best_of_n", True, True)
    assert found.objectives == {"x": "minimize"}


def test_a_kind_is_told_by_all_but_problem_seed_and_executor():
    alike = replace(SPEC, problem="other", seed=7, executor=Component(use="local", options={"workers": 9}))
    assert gist(alike).kind == gist(SPEC).kind
    assert gist(replace(SPEC, budget=BudgetSpec(tickets=2))).kind != gist(SPEC).kind


def test_what_this_version_cannot_read_has_no_gist():
    assert gist_of("{}", "toy") is None
    assert gist_of("problem: [", "toy") is None
