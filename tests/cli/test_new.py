"""A scaffold that works."""

import json

import pytest


def test_a_new_problem_works_as_it_stands(evo, here):
    assert evo("new", "knapsack").code == 0
    folder = here / "problems" / "knapsack"
    assert len((folder / "evaluate.py").read_text().splitlines()) <= 25
    checked = evo("check", folder)
    assert checked.code == 0, checked.out
    assert checked.out.count("ok    case") == 5
    assert "knapsack/10 seed push.py  VALID" in checked.out
    assert "knapsack/20 prompt" in checked.out
    assert not json.loads(evo("problems", "knapsack", "--json").out)["shipped"]
    ran = evo("run", "base", "--set", "problem=knapsack", "--set", "budget.tickets=6")
    assert ran.code == 0, ran.err
    again = evo("new", "knapsack")
    assert again.code == 1
    assert "left as it is" in again.err


@pytest.mark.parametrize("name", ["Knapsack", "../up", "", "9lives"])
def test_a_name_that_no_problem_may_have(evo, here, name):
    assert evo("new", name).code == 2
    assert not list(here.iterdir())
