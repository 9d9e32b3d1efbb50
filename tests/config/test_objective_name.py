"""What the objective of a recorded run is called."""

import pytest

from evo.config.objective_name import find_objective_name, label_objective

CONFIG = "problem: {problem}\nbudget: {{tickets: 1}}\n"


@pytest.mark.parametrize(
    ("problem", "name"),
    [("circle_packing/26", "sum of radii"), ("no_such_problem", ""), ("circle_packing/no_such_instance", "")],
)
def test_it_is_asked_of_the_problem_and_missed_without_harm(problem, name):
    assert find_objective_name(CONFIG.format(problem=problem), "run") == name
    assert find_objective_name("no config", "run") == ""


@pytest.mark.parametrize(
    ("name", "unit", "said"),
    [("sum", "m", "sum (m)"), ("sum", "", "sum"), ("", "m", "m"), ("", "", "objective"), ("m", "m", "m")],
)
def test_a_label_has_both_as_far_as_they_are_there(name, unit, said):
    assert label_objective(name, unit) == said
