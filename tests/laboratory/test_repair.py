"""The synthetic proposer repairs, and a trial that a fault ends is not counted."""

import pytest

from benchmarks.laboratory import proposer, trial
from benchmarks.laboratory.proposer import NONE, Skill

TASK = {"family": "rugged", "parts": 12, "options": 4, "draw": 3, "strength": 2, "skill": "fair"}
REPAIRS = {"emitters": [{"use": "diff", "weight": 1}, {"use": "repair", "weight": 2}]}


def test_an_arm_with_a_repairing_operator_uses_all_its_samples():
    found = trial.synthetic_trial(TASK, {"fair": {"broken": 0.5}}, REPAIRS, 0, 60)
    assert found["ended"] in {"samples", "tickets"}
    assert found["tickets"] > 50


def test_what_the_judge_refused_is_what_changes():
    land = proposer.landscape(**{key: TASK[key] for key in ("family", "parts", "options", "draw", "strength")})
    wrong = (0, NONE, *(2,) * 10)
    thought = proposer._Thought(proposer.read(""), [wrong], land, Skill(), proposer.stream(0, "t", 0))
    for _ in range(20):
        mended = thought.design()
        assert mended[1] < land.options
        assert (mended[0], *mended[2:]) == (0, *(2,) * 10)


def test_a_trial_that_a_fault_ends_is_none(monkeypatch):
    def fails(*_):
        raise IndexError("a fault of the proposer")

    monkeypatch.setattr(trial, "Synthetic", type("Faulty", (proposer.Synthetic,), {}))
    monkeypatch.setattr(proposer, "propose", fails)
    with pytest.raises(RuntimeError, match=r"ended by a fault: .*a fault of the proposer"):
        trial.synthetic_trial(TASK, {"fair": {}}, {}, 0, 20)
