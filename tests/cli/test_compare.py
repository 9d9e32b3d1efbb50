"""Runs side by side."""

import json

import pytest

from tests.render.small_run import write_run


@pytest.fixture(scope="module")
def three_runs(tmp_path_factory):
    runs = tmp_path_factory.mktemp("three") / "runs"
    for tail, most in (("aaaa", 7), ("bbbb", 3), ("cccc", 2)):
        write_run(runs / f"20260101-120000-toy-{tail}", run_id=f"20260101-120000-toy-{tail}", most=most)
    return runs


def test_compare(evo, three_runs):
    words = ("compare", "aaaa", "bbbb", "cccc", "--target", 0.75, "--target", 1, "--runs-dir", three_runs)
    data = json.loads(evo(*words, "--json").out)
    assert [row["best"] for row in data["runs"]] == [1.0, 0.75, 0.5]
    assert [row["area"] for row in data["runs"]] == [0.5, 0.5, 0.5]
    assert [[each["evaluations"] for each in row["targets"]] for row in data["runs"]] == [[3, 5], [3, None], [None] * 2]
    (group,) = data["groups"]
    assert group["runs"] == 3
    assert group["best"] == {"q1": 0.625, "median": 0.75, "q3": 0.875}
    assert group["targets"] == [
        {"target": 0.75, "reached": 2, "evaluations": 3, "cost_usd": 0.5},
        {"target": 1.0, "reached": 1, "evaluations": 5, "cost_usd": 1.5},
    ]
    drawn = evo(*words).out
    assert "0.75 (0.625 .. 0.875)" in drawn
    assert "2/3, median 3 (0.5 usd)" in drawn


def test_the_figure_is_drawn_and_the_same_again(evo, three_runs, tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "new" / "b.png"]
    for path in paths:
        found = evo("compare", "aaaa", "bbbb", "--target", 1, "--figure", path, "--runs-dir", three_runs)
        assert str(path) in found.err
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].read_bytes().startswith(b"\x89PNG")


def test_one_run_alone_is_its_own_median(evo, three_runs):
    (group,) = json.loads(evo("compare", "aaaa", "--json", "--runs-dir", three_runs).out)["groups"]
    assert group["evaluations"] == {"q1": 5.0, "median": 5.0, "q3": 5.0}
    assert "5 (5 .. 5)" in evo("compare", "aaaa", "--runs-dir", three_runs).out


def test_compare_needs_runs_that_exist(evo, three_runs):
    assert evo("compare", "--runs-dir", three_runs).code == 2
    assert evo("compare", "aaab", "--runs-dir", three_runs).code == 4
