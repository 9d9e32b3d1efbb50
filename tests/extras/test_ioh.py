"""bbob_design against the package that others use: its functions, and its own account of an optimiser's run."""

from pathlib import Path

import numpy as np
import pytest

from tests.problems import coco
from tests.problems.inside import Inside, judge_modules

ioh = pytest.importorskip("ioh")

PACK = Path(__file__).parents[2] / "problems" / "bbob_design"
REFERENCE = (PACK / "seeds" / "one_fifth.py").read_text()
FUNCTIONS, LANDSCAPES, JUDGE = judge_modules(PACK, "functions", "landscapes", "evaluate")
PLATEAU = 1e-6
"""On the lowest step of function 7 the package says 0, where the definition has a slope that is lower than this."""


def pair(number, instance, d):
    """A function of the package, and ours with the same optimum, rotations and peaks."""
    theirs = ioh.get_problem(number, instance, d, ioh.ProblemClass.BBOB)
    x_opt, value = np.array(theirs.optimum.x), theirs.optimum.y
    land = coco.landscape(FUNCTIONS.Landscape, number, instance, d, x_opt)
    return theirs, LANDSCAPES.Problem(f"f{number}", d, value, lambda x: FUNCTIONS.FUNCTIONS[number](x, land))


@pytest.mark.parametrize("number", range(1, 25))
def test_functions_agree(number):
    rng = np.random.default_rng(number)
    for d in (2, 3, 5, 10):
        for instance in (1, 2, 5):
            theirs, ours = pair(number, instance, d)
            away = np.concatenate([rng.uniform(-6, 6, (30, d)), theirs.optimum.x + rng.normal(0, 0.01, (10, d))])
            told = np.array(theirs(away.tolist())) - theirs.optimum.y
            assert ours.above(away) == pytest.approx(told, rel=1e-6, abs=PLATEAU)
            assert ours.above(np.array([theirs.optimum.x]))[0] <= LANDSCAPES.LEAST


class Kept(ioh.logger.AbstractLogger):
    """The package's own account of how far the best value so far lies above the optimum, after each value."""

    def __init__(self):
        super().__init__(triggers=[ioh.logger.trigger.ALWAYS])
        self.best = []

    def __call__(self, info):
        self.best.append(info.raw_y_best)


def test_the_area_of_an_optimiser_is_that_of_the_package():
    d, budget, areas = 5, 500, []
    for number in range(1, 25):
        theirs, ours = pair(number, 1, d)
        kept = Kept()
        theirs.attach_logger(kept)
        turns = Inside(REFERENCE).parts["solve"](d, budget, 1)
        points = next(turns)["ask"]
        while theirs.state.evaluations + len(points) <= budget:
            points = turns.send(np.array(theirs(points.tolist())))["ask"]
        logs = np.clip(np.log10(np.maximum(kept.best, 1e-300)), -8, 2)
        sale = JUDGE.Sale(ours, budget)
        with pytest.raises(JUDGE.QueriesSpent):
            Inside(REFERENCE).consult("solve", d, budget, 1, reply=sale.reply)
        areas.append((1 - ((logs + 8) / 10).mean(), JUDGE.area(np.concatenate(sale.heights), budget)))
    package, own = np.mean(areas, axis=0)
    assert own == pytest.approx(package, rel=0.01)
    assert len(kept.best) == budget
