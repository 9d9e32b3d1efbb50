"""Trials, what is kept of them, and the command."""

import json
from pathlib import Path

import pytest
import yaml

from benchmarks.laboratory import __main__ as command
from benchmarks.laboratory import campaign, page
from benchmarks.laboratory.ledger import Ledger, code
from benchmarks.laboratory.trial import pack_trial, synthetic_trial
from evo.records import Evaluation, EvaluationStatus, StageResult, StageStatus

PLAN, TASKS = command.declared()


def tried(name="smooth_weak", arm="base", seed=0, samples=40):
    return synthetic_trial(TASKS["choose"][name], TASKS["skills"], PLAN["arms"][arm] or {}, seed, samples)


def test_a_trial_is_a_function_of_its_arguments():
    first, again, other = tried(), tried(), tried(seed=1)
    assert {**first, "cpu": 0} == {**again, "cpu": 0}
    assert first["curve"] != other["curve"]
    assert first["curve"][-1][1] > first["curve"][0][1]


@pytest.mark.parametrize("arm", PLAN["arms"])
def test_every_arm_takes_its_samples_and_no_more(arm):
    found = tried("noisy_3", arm, samples=24)
    assert found["curve"][-1][0] <= 24
    assert found["tickets"] <= 24


def test_an_evaluation_of_a_pack_is_made_once(tmp_path, monkeypatch):
    book = Ledger(tmp_path / "ledger.db")
    pack = PLAN["packs"]["rectangle_packing_21"]
    first = pack_trial(pack, {}, 0, 6, book)
    monkeypatch.setattr("benchmarks.laboratory.trial.evaluator_of", None)
    again = pack_trial(pack, {}, 0, 6, book)
    book.close()
    assert {**first, "cpu": 0} == {**again, "cpu": 0}


def test_evaluations_are_read_back_as_they_were(tmp_path):
    book = Ledger(tmp_path / "ledger.db")
    stage = StageResult(stage="score", status=StageStatus.SUCCESS, detail="fine")
    kept = Evaluation(
        program="a" * 32,
        status=EvaluationStatus.VALID,
        objective=0.5,
        measures={"x": 1.0},
        stages=(stage,),
        feedback="f",
    )
    assert book.find("about", kept.program, 0) is None
    book.keep("about", kept, 0)
    assert book.find("about", kept.program, 0) == kept
    assert book.find("about", kept.program, 1) is None
    book.close()


def test_a_trial_is_known_by_all_that_it_rests_on():
    task, skills = TASKS["choose"]["smooth_fair"], TASKS["skills"]
    keys = {
        campaign.key_of(task, skills, {}, seed=0, samples=300, version="v"),
        campaign.key_of(task, skills, {"islands.count": 1}, seed=0, samples=300, version="v"),
        campaign.key_of(task, {**skills, "fair": {"broken": 0.5}}, {}, seed=0, samples=300, version="v"),
        campaign.key_of({**task, "draw": 99}, skills, {}, seed=0, samples=300, version="v"),
        campaign.key_of(task, skills, {}, seed=1, samples=300, version="v"),
        campaign.key_of(task, skills, {}, seed=0, samples=200, version="v"),
        campaign.key_of(task, skills, {}, seed=0, samples=300, version="w"),
    }
    assert len(keys) == 7
    assert code() == code()


def small(monkeypatch, tmp_path, *words):
    monkeypatch.setattr("sys.argv", ["laboratory", "--ledger", str(tmp_path / "ledger.db"), "--jobs", "1", *words])
    monkeypatch.setattr(command, "declared", lambda: ({**PLAN, "samples": 12}, TASKS))
    command.main()


def test_the_command_says_a_page_and_goes_on_where_it_was(monkeypatch, tmp_path, capsys):
    words = ("--tasks", "smooth_weak,noisy_3", "--arms", "base,former,hill_climb", "--seeds", "2")
    small(monkeypatch, tmp_path, *words)
    said = capsys.readouterr().out
    assert "| `hill_climb` |" in said
    assert "2 tasks, 3 arms, seeds 0 to 1" in said
    monkeypatch.setattr(campaign, "one", None)
    small(monkeypatch, tmp_path, *words)
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("| smooth_weak")] == [
        line for line in said.splitlines() if line.startswith("| smooth_weak")
    ]


def test_what_is_held_back_is_not_looked_at_by_accident(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match="held back"):
        small(monkeypatch, tmp_path, "--tasks", "smooth_held", "--arms", "base", "--seeds", "1")


def test_what_is_told_to_be_repeated_names_no_place_of_this_machine():
    words = ["--fast", "--ledger", "/somewhere/x.db", "--jobs", "2", "--arms", "base"]
    assert command.repeated(words) == "--fast --arms base"


def test_an_unknown_arm_is_named_with_those_that_there_are(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match=r"no arm nobody; there are base, former"):
        small(monkeypatch, tmp_path, "--arms", "nobody")


def test_the_page_its_data_and_its_figure_are_written(tmp_path):
    arms = ("base", "former", "hill_climb")
    tasks = {"smooth_weak": TASKS["choose"]["smooth_weak"], "smooth_held": TASKS["held_back"]["smooth_held"]}
    curve = {"base": [[1, 0.3], [4, 0.95]], "former": [[1, 0.3]], "hill_climb": [[2, 0.5], [3, 0.97]]}
    trials = {
        task: {arm: {seed: {"curve": curve[arm], "duplicates": 0.1} for seed in (0, 1)} for arm in arms}
        for task in tasks
    }
    result = page.results({**PLAN, "samples": 10}, tasks, trials, held=["smooth_held"])
    result["words"] = "--write"
    page.write(result, tmp_path)
    assert json.loads((tmp_path / "search.json").read_text())["arms"]["hill_climb"]["rank"][1] == 1.0
    said = (tmp_path / "search.md").read_text()
    assert "smooth_held (held back)" in said
    assert "This is a part of the plan" in said
    assert "`hill_climb` is first of 3; the default, `base`, is number 2" in said
    assert (tmp_path / "search.png").stat().st_size > 1000


def test_packs_and_tasks_of_the_plan_are_there():
    assert set(PLAN["fast"]["tasks"]) <= set(TASKS["choose"])
    assert {PLAN["reference"], PLAN["default"], *PLAN["shown"]} <= set(PLAN["arms"])
    folder = Path(__file__).parents[2] / "problems"
    for pack in PLAN["packs"].values():
        name = pack["problem"].partition("/")[0]
        assert all((folder / name / seed).is_file() for seed in pack["settings"]["seeds"])
        assert yaml.safe_load((folder / name / "problem.yaml").read_text())["objective"]["direction"] == "maximize"
