"""Which judges can be handed over, and what a statement says beside the best known value."""

from dataclasses import replace

import pytest

from evo.assemble import certificate
from evo.assemble.certificate import Claim, judge_modules, statement
from evo.config.problem import load_problem
from evo.config.problem_spec import BestKnown, ObjectiveSpec
from evo.errors import JudgeError, UsageError
from evo.records import Direction

CLAIM = Claim(
    problem="kisses/3",
    summary="Find directions.",
    source="A paper.",
    params={"d": 3},
    objective=ObjectiveSpec(direction=Direction.MAXIMIZE, name="number", unit="vectors"),
    value=12.0,
    best_known=BestKnown(value=12.0, source="Newton", date="1694"),
    origin={"run": "r", "ticket": 7, "program": "abc", "log_hash": "def"},
)


@pytest.mark.parametrize("name", ["kissing_number", "circle_packing/26", "cap_set", "sums_differences/digits"])
def test_a_judge_is_itself_and_what_it_computes_with(name):
    modules = judge_modules(load_problem(name))
    assert {"evaluate.py", "evo/__init__.py", "evo/judging/__init__.py", "evo/judging/exact.py"} <= set(modules)
    assert "evo/judging/verify.py" not in modules


@pytest.mark.parametrize(
    ("name", "why"),
    [("cell_sorting", "imports numpy"), ("generator_sorting/lrx_test", "draws from a secret of the run")],
)
def test_a_judge_that_cannot_stand_alone_is_refused(name, why):
    with pytest.raises(UsageError, match=why):
        judge_modules(load_problem(name))


@pytest.mark.parametrize(
    ("value", "direction", "said"),
    [
        (12.0, "maximize", "this one is 0 short of it"),
        (11.0, "maximize", "this one is 1 short of it"),
        (13.0, "maximize", "Whether it is a record is for a search of the literature to say"),
        (11.0, "minimize", "better by 1 than the value listed for it: 12.0 (Newton, 1694)"),
    ],
)
def test_a_statement_compares_in_the_direction_that_counts(value, direction, said):
    objective = replace(CLAIM.objective, direction=Direction(direction))
    assert said in statement(replace(CLAIM, value=value, objective=objective))


def test_nothing_listed_is_said():
    assert "No best known value is listed for it." in statement(replace(CLAIM, best_known=None))


def test_a_judge_that_takes_too_long_alone_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(certificate, "VERIFY_SECONDS", 0.2)
    folder = tmp_path / "certificate"
    folder.mkdir()
    (folder / "verify.py").write_text("import time\ntime.sleep(60)\n")
    with pytest.raises(JudgeError, match="took over"):
        certificate._checked(folder)
    assert not folder.exists()
