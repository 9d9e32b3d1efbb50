"""Steps of CMA-ES over the numbers of programs: they learn, they replay, and a missing package is said."""

import math
from functools import cache
from random import Random

import pytest

from evo.config.component import Component
from evo.errors import EvoError
from evo.parts import make
from evo.propose import covariance
from evo.propose.covariance import next_point
from evo.propose.emitters.tune import Tune, learned, tuned
from evo.records import Program
from evo.testing import search

pytest.importorskip("cma")

WANTED = (0.02, 7.0, 450.0, 0.9)
START = "a = 0.2\nb = 70.0\nc = 45.0\nd = 9.0  # 5\n"


@cache
def loss_of_text(text):
    space = {}
    exec(text, space)
    logs = [math.log(space[name] / wanted) for name, wanted in zip("abcd", WANTED, strict=True)]
    return sum(each * each for each in logs) + 4 * (logs[0] + logs[1]) ** 2


def loss_of(program):
    return loss_of_text(program.text)


def descended(step, tickets=150):
    """Return the least loss after so many steps, each from the best so far, with the 32 best as what is known."""
    programs = [Program.of(START)]
    for number in range(tickets):
        child = step(programs, {each.id: loss_of(each) for each in programs}, Random(number))
        programs = sorted([*programs, child], key=loss_of)[:32]
    return loss_of(programs[0])


def test_what_is_learned_of_earlier_steps_makes_later_ones_better():
    by_cma = descended(lambda programs, losses, rng: learned(programs, losses, rng, editable="whole", sigma=0.3))
    drawn = descended(lambda programs, losses, rng: tuned(programs[0], rng, editable="whole", sigma=0.3, numbers=2))
    assert by_cma < drawn / 3


def test_a_step_is_a_function_of_its_arguments():
    points, losses = [[0.0, 0.0], [0.1, 0.2], [0.3, -0.1], [0.2, 0.2]], [3.0, 1.0, 2.0, 0.5]
    assert next_point(points, losses, 0.2, Random(3)) == next_point(points, losses, 0.2, Random(3))
    assert next_point(points, losses, 0.2, Random(3)) != next_point(points, losses, 0.2, Random(4))
    assert len(next_point([[0.0]], [1.0], 0.2, Random(0))) == 1


def test_only_programs_that_differ_in_numbers_alone_are_points():
    parent, cousin = Program.of(START), Program.of("z = 1.0\n")
    alone = learned([parent], {parent.id: 1.0}, Random(0), editable="whole", sigma=0.2)
    beside = learned([parent, cousin], {parent.id: 1.0, cousin.id: 0.0}, Random(0), editable="whole", sigma=0.2)
    assert alone == beside != parent


def test_a_run_with_it_repeats_and_its_children_have_one_parent():
    emitters = (Tune(method="cma", sigma=0.3),)
    end = search(40, emitters=emitters)
    assert end.log_hash == search(40, emitters=emitters).log_hash
    assert all(len(commit.proposal.parents) == 1 for commit in end if commit.proposal.operator == "tune")
    assert end.search.state.best.objective > -0.01


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(covariance, "find_spec", lambda name: None)
    with pytest.raises(EvoError, match=r"method cma needs the package cma.*pip install 'evo-search\[cma\]'"):
        Tune(method="cma")
    with pytest.raises(EvoError, match="needs the package cma"):
        make("emitter", Component(use="tune", options={"method": "cma"}), "emitters.0")
    assert Tune().method == "steps"


def test_another_method_is_refused():
    with pytest.raises(EvoError, match="expected steps or cma"):
        Tune(method="annealing")
