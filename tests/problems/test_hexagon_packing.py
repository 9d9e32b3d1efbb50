"""hexagon_packing: the published packings need the published sides, and no change makes them smaller by an overlap."""

import pytest
from pack import pack, published

from evo.judging import Invalid

ONE = pack("hexagon_packing")


def rows_of(name):
    data = published(name)
    inner = [[float(value) for value in row] for row in data["inner"]]
    return [*inner, [*map(float, data["outer_center"]), float(data["outer_angle_deg"])]]


@pytest.mark.parametrize(("n", "needed", "claimed"), [(11, 3.93009106619603, 3.930092), (12, None, 3.9419123)])
def test_published_constructions(n, needed, claimed):
    found = ONE.judge(rows_of(f"hexagons_{n}_ae1"), str(n))
    assert found["objective"] <= claimed
    assert found["objective"] == pytest.approx(claimed, abs=2e-6)
    assert found["metrics"]["repair"] == 0
    if needed is not None:
        assert found["objective"] == pytest.approx(needed, abs=1e-13)
    assert found["objective"] > ONE.spec["instances"][str(n)]["best_known"]["value"]


@pytest.mark.parametrize("scale", [1e-12, 1e-9, 1e-6, 1e-3])
def test_shaken_is_refused_or_about_as_large(scale):
    rows = rows_of("hexagons_11_ae1")
    before = ONE.judge(rows, "11")["objective"]
    for k in range(len(rows)):
        for axis in range(3):
            changed = [list(row) for row in rows]
            changed[k][axis] += scale
            reason, objective = "", 0.0
            try:
                objective = ONE.judge(changed, "11")["objective"]
            except Invalid as refusal:
                reason = refusal.reason
            # A shift of the outer centre changes the needed side by 2/sqrt(3) of it at most.
            assert reason or before - 1.16 * scale <= objective <= before + 10 * scale + 1e-5


def test_an_overlap_by_rounding_costs_score():
    found = ONE.judge([[-1 + 1e-8, 0, 0], [1, 0, 0], [0, 0, 0]], n=2)
    strict = ONE.judge([[-1, 0, 0], [1, 0, 0], [0, 0, 0]], n=2)
    assert found["objective"] >= strict["objective"]
