"""The synthetic tasks: their best design is worth 1 and no other as much, and their shapes are what they are called."""

from pathlib import Path
from random import Random

import pytest
import yaml

from benchmarks.laboratory.pack.evaluate import FIRST, SHAPES, evaluate, landscape, scored
from benchmarks.laboratory.trial import synthetic_seeds
from evo.judging import Invalid

DECLARED = yaml.safe_load((Path(__file__).parents[2] / "benchmarks/laboratory/tasks.yaml").read_text())
TASKS = {**DECLARED["choose"], **DECLARED["held_back"]}


def params_of(task):
    return {key: task[key] for key in ("family", "parts", "options", "draw", "strength")}


def test_sixteen_tasks_to_choose_on_and_eight_held_back_of_every_family():
    assert (len(DECLARED["choose"]), len(DECLARED["held_back"])) == (16, 8)
    for group in ("choose", "held_back"):
        assert {task["family"] for task in DECLARED[group].values()} == set(SHAPES)
    draws = [task["draw"] for task in TASKS.values()]
    assert len(set(draws)) == len(draws)


@pytest.mark.parametrize("name", TASKS)
def test_the_best_design_is_worth_one_and_no_other_seen_as_much(name):
    land, random = landscape(**params_of(TASKS[name])), Random(1)
    assert land.worth(land.best) == pytest.approx(1.0)
    for _ in range(300):
        design = tuple(random.randrange(land.options) for _ in range(land.parts))
        assert design == land.best or 0 <= land.worth(design) < 1
    near = [(*land.best[:part], (land.best[part] + 1) % land.options, *land.best[part + 1 :]) for part in range(4)]
    assert all(land.worth(design) <= 1 + 1e-12 for design in near)


@pytest.mark.parametrize("name", TASKS)
def test_the_first_programs_are_poor_and_differ(name):
    params = params_of(TASKS[name])
    seeds = synthetic_seeds(params)
    assert len({each.id for each in seeds.values()}) == len(seeds)
    assert seeds == synthetic_seeds(params)


def climbed(land, design):
    """Take single steps up until there is none."""
    while True:
        steps = [
            (*design[:part], option, *design[part + 1 :])
            for part in range(land.parts)
            for option in range(land.options)
        ]
        better = max(steps, key=land.worth)
        if land.worth(better) <= land.worth(design) + 1e-12:
            return design
        design = better


def test_single_steps_lead_to_the_top_of_the_smooth_landscape_and_of_no_rugged_or_deceptive_one():
    random = Random(3)
    for family, strength, gets_there in (("smooth", 0, True), ("rugged", 2, False), ("deceptive", 2, False)):
        land = landscape(family, 12, 4, 5, strength)
        tops = {climbed(land, tuple(random.randrange(4) for _ in range(12))) for _ in range(5)}
        assert (tops == {land.best}) == gets_there


def test_most_steps_on_a_plateau_change_nothing_that_can_be_seen():
    land = landscape("plateaued", 20, 6, 7, 8)
    worths = {land.worth((option,) + (0,) * 19) for option in range(6)}
    assert len(worths) <= 3
    assert all(value * 8 == int(value * 8) for value in worths)


def test_two_good_halves_make_a_better_whole_on_the_modular_landscape():
    land = landscape("modular", 16, 6, 9, 0)
    half = 8
    left = (*land.best[:half], *(0,) * half)
    right = (*(0,) * half, *land.best[half:])
    assert land.worth((*left[:half], *right[half:])) > max(land.worth(left), land.worth(right))


def test_the_rare_idea_costs_a_tuned_design_and_opens_what_is_higher():
    land = landscape("paradigm", 20, 6, 11, 0)
    usual = ((land.best[0] + 1) % 6, *land.other[1:])
    switched = (land.best[0], *land.other[1:])
    assert land.worth(switched) < land.worth(usual) <= 0.7
    assert land.worth(land.best) == pytest.approx(1.0)


def test_noise_is_a_function_of_design_and_repetition_and_the_truth_has_none():
    land = landscape("noisy", 20, 6, 15, 3)
    design = (1,) * 20
    once, again, other = scored(land, design), scored(land, design), scored(land, design, 1)
    assert once == again
    assert once["objective"] != other["objective"]
    assert once["metrics"] == other["metrics"] == {"true": land.worth(design)}


def test_the_judge_scores_what_the_laboratory_scores():
    params = params_of(TASKS["rugged_2"])
    land = landscape(**params)
    design = (1, 2, 3, 4) * 5
    assert evaluate([FIRST + option for option in design], params) == scored(land, design)
    with pytest.raises(Invalid, match="part 0"):
        evaluate([FIRST + 99] + [FIRST] * 19, params)
