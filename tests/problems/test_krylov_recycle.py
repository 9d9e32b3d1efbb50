"""krylov_recycle: products against whole matrices, what can be read, what each rung costs, no idea is the answer."""

import functools
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from evo.judging import QueriesSpent
from tests.problems.inside import Inside, judge_modules, moves, sent

ROOT = Path(__file__).parents[2]
PACK = ROOT / "problems" / "krylov_recycle"
BASELINES = ROOT / "benchmarks" / "packs_baselines" / "krylov_recycle"
SPEC = yaml.safe_load((PACK / "problem.yaml").read_text())
SEEDS = {path.stem: path.read_text() for path in sorted((PACK / "seeds").glob("*.py"))}
SMALL = {"side": 12, "systems": 5, "families": ["smooth", "rough"], "draws": 1, "draw": 1}
TEXTBOOK, BEST_SEEN = 68.0, 55.8
"""Products outside of eight old solutions, and of twelve Ritz vectors with iterations that end at the tolerance."""


SYSTEMS, JUDGE = judge_modules(PACK, "systems", "evaluate")


@functools.cache
def products(text):
    return JUDGE.evaluate(Inside(text), SPEC["params"])["objective"]


def whole(sequence, i):
    """A matrix, column by column."""
    return np.array([sequence.product(i, unit) for unit in np.eye(sequence.n)]).T


@pytest.mark.parametrize("family", sorted(SYSTEMS.FAMILIES))
def test_matrices_are_symmetric_positive_full_and_alike_in_all_bases(family):
    sequence = SYSTEMS.Sequence(family, 3, {"side": 8, "systems": 3})
    for i in range(3):
        matrix = whole(sequence, i)
        values = np.linalg.eigvalsh(matrix)
        assert matrix == pytest.approx(matrix.T)
        assert 0 < values[0] < values[-1] < 2
        assert (np.abs(matrix) > 1e-12).mean() > 0.99
        assert np.trace(matrix) == pytest.approx(64)


@pytest.mark.parametrize("family", sorted(SYSTEMS.FAMILIES))
def test_sequences_are_drawn_again_alike_and_other_with_a_secret(family):
    asked = {"side": 8, "systems": 3}
    one, again, secret = (SYSTEMS.Sequence(family, 3, each) for each in (asked, asked, {**asked, "secret": "ab" * 16}))
    x = np.arange(64.0)
    assert (one.product(1, x) == again.product(1, x)).all()
    assert (one.features == again.features).all()
    assert (one.product(1, x) != secret.product(1, x)).any()
    assert (one.features != secret.features).any()


def test_the_stencil_is_the_diffusion_equation_of_its_coefficient():
    """By differences over all faces of the grid, one after the other, u = 0 around it."""
    a = np.exp(np.random.default_rng(1).normal(size=(5, 5)))
    _, east, north = SYSTEMS.stencil(a)
    matrix = np.zeros((16, 16))
    for row in range(4):
        for column in range(4):
            corners = a[row : row + 2, column : column + 2]
            faces = {
                (0, 1): corners[:, 1].mean(),
                (0, -1): corners[:, 0].mean(),
                (1, 0): corners[1].mean(),
                (-1, 0): corners[0].mean(),
            }
            for (down, right), flow in faces.items():
                matrix[4 * row + column, 4 * row + column] += flow
                if 0 <= row + down < 4 and 0 <= column + right < 4:
                    matrix[4 * row + column, 4 * (row + down) + column + right] -= flow
    assert matrix == pytest.approx(matrix.T)
    root = np.sqrt(matrix.diagonal())
    scaled = -(matrix / root / root[:, None])
    assert [scaled[4 * i + j, 4 * i + j + 1] for i in range(4) for j in range(3)] == pytest.approx(east.ravel())
    assert [scaled[4 * i + j, 4 * i + j + 4] for i in range(3) for j in range(4)] == pytest.approx(north.ravel())


def test_no_matrix_can_be_read_for_what_is_sold_of_it():
    sequence = SYSTEMS.Sequence("smooth", 1, {**SPEC["params"]})
    assert sequence.n > 2 * JUDGE.MOST
    oracle = JUDGE.Products(sequence, 12)
    for _ in range(JUDGE.MOST):
        oracle.answer({"mv": [3, sent(sequence.rights[0])]})
    with pytest.raises(QueriesSpent, match="all that is sold"):
        oracle.answer({"mv": [3, sent(sequence.rights[0])]})
    assert (oracle.ledger.spent, oracle.spent[3], oracle.order) == (JUDGE.MOST, JUDGE.MOST, [3])


def test_one_system_costs_what_plain_conjugate_gradients_take():
    case = next(
        each for each in yaml.safe_load((PACK / "cases.yaml").read_text()) if each["name"] == "one system solved"
    )
    sequence = SYSTEMS.Sequence("smooth", 1, case["params"])
    matrix, right = whole(sequence, 0), sequence.rights[0]
    x, rest = np.zeros(36), right.copy()
    along, steps = rest.copy(), 0
    while np.linalg.norm(rest) >= 1e-10:
        size = rest @ rest
        step = size / (along @ matrix @ along)
        x, rest, steps = x + step * along, rest - step * (matrix @ along), steps + 1
        along = rest + (rest @ rest) / size * along
    assert sequence.residual(0, np.linalg.solve(matrix, right)) < 1e-12
    assert (600 + steps) / 3 == pytest.approx(case["objective"], abs=case["tolerance"])


def test_seeds_solve_everything_alike_twice_and_in_time():
    for name, text in SEEDS.items():
        began = time.process_time()
        found = JUDGE.evaluate(Inside(text), SMALL)
        assert time.process_time() - began < 1
        assert found["metrics"]["unsolved"] == 0, name
        assert found == JUDGE.evaluate(Inside(text), SMALL)


@pytest.mark.soak
def test_figures_of_the_rungs():
    """Counts end by a tolerance: another processor may move each by one."""
    seeds = [products(SEEDS[name]) for name in ("last_directions", "one_by_one", "old_solutions")]
    ours = [
        products((BASELINES / f"{name}.py").read_text()) for name in ("old_solutions", "recycled", "sorted_recycled")
    ]
    assert seeds == pytest.approx([77.4, 74.5, 69.9], rel=0.02)
    assert ours == pytest.approx([TEXTBOOK, 57.6, 57.2], rel=0.02)


@pytest.mark.soak
def test_no_idea_alone_is_half_of_the_way():
    for name, idea, changed in moves(PACK, SEEDS):
        assert products(changed) > (TEXTBOOK + BEST_SEEN) / 2, (name, idea)
