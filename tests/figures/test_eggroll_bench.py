"""Figures of the bench: drawn from its rows, each a readable size, equal rows giving equal files."""

import json
import struct

import pytest

from evo.eggroll.bench import Check, Claim, estimate, learners
from evo.eggroll.bench.kernels import Kernels
from evo.figures.eggroll_bench import draw

FORWARD = {
    "size": 256,
    "rank": 1,
    "inference": 1.0,
    "low": 1.2,
    "low_drawn": 3.0,
    "batched": 10.0,
    "written": 15.0,
    "batched_drawn": 200.0,
}


@pytest.fixture(scope="module")
def claims():
    kernels = Kernels()
    cost = Claim(key="forward", says="", where="", miniature="", checks=(Check(label="c", value=1.0),), rows=(FORWARD,))
    int8 = Claim(
        key="learn-int8", says="", where="", miniature="", checks=(), rows=({"pairs": 1.0, "accuracies": [0.2]},)
    )
    real = [estimate.bias_of_rank, estimate.bias_sampled, estimate.rank_of_update, learners.quadratic, learners.sine]
    # As they come from the child: through JSON.
    made = [cost, int8, *(trial(kernels, quick=True) for trial in real)]
    return [Claim.from_plain(json.loads(json.dumps(claim.plain()))) for claim in made]


def test_every_figure_is_drawn_and_drawn_alike(claims, tmp_path):
    paths = draw(claims, tmp_path / "new" / "figures")
    assert [path.name for path in paths] == ["bias.png", "cost.png", "learning.png", "effective_rank.png"]
    for path in paths:
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        width, height = struct.unpack("!II", data[16:24])
        assert width >= 700
        assert height >= 450
    again = draw(reversed(claims), tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in paths]


def test_what_is_not_there_is_not_drawn(claims, tmp_path):
    paths = draw([claim for claim in claims if claim.key == "update-rank"], tmp_path)
    assert [path.name for path in paths] == ["effective_rank.png"]


def test_curves_begin_at_the_start_and_end_with_the_errors(claims):
    rows = next(claim.rows for claim in claims if claim.key == "learn-quadratic")
    for row in rows:
        assert row["curve"][0] == pytest.approx(1.0)
        assert row["curve"][-1] == pytest.approx(sum(row["errors"]) / len(row["errors"]))
        assert len(row["at"]) == len(row["curve"])


def test_the_verb_draws_what_it_measured(claims, tmp_path, monkeypatch, capsys):
    from evo.cli.main import main

    monkeypatch.setattr("evo.eggroll.bench.bench_in_child", lambda **_: claims)
    assert main(["eggroll", "bench", "--figures", str(tmp_path / "f")]) == 0
    assert "cost.png" in capsys.readouterr().err
    assert (tmp_path / "f" / "learning.png").is_file()
