"""Runs of one kind put together, and the panels that show them."""

from evo.records import Direction
from evo.stats.groups import compare_runs
from evo.stats.panels import make_panels
from evo.stats.quartiles import quartiles
from evo.stats.run_figures import RunFigures


def figures(run, scores, **more):
    valid = [score for score in scores if score is not None]
    return RunFigures(
        **{
            "run": run,
            "problem": "toy",
            "instance": "7",
            "direction": Direction.MAXIMIZE,
            "unit": "m",
            "strategy": "map_elites",
            "kind": "abc123",
            "seed": 0,
            "state": "finished",
            "seconds": 1.0,
            "evaluations": len(scores),
            "valid": len(valid),
            "cost_usd": 0.5 * len(scores),
            "best": max(valid, default=None),
            "scores": scores,
            "costs": [0.5 * (i + 1) for i in range(len(scores))],
            **more,
        }
    )


def test_quartiles_lie_between_the_values():
    assert quartiles([3.0]) == (3.0, 3.0, 3.0)
    assert quartiles([1.0, 2.0]) == (1.25, 1.5, 1.75)


def test_areas_are_taken_over_what_all_runs_of_a_problem_have():
    data = compare_runs([figures("a", [1.0, 3.0]), figures("b", [None, 1.0, 9.0])], [3.0])
    assert [row["area"] for row in data["runs"]] == [2.0, 1.0]
    assert [row["targets"][0]["evaluations"] for row in data["runs"]] == [2, 3]
    (group,) = data["groups"]
    assert group["targets"] == [{"target": 3.0, "reached": 2, "evaluations": 2.5, "cost_usd": 1.25}]
    assert group["best"] == {"q1": 4.5, "median": 6.0, "q3": 7.5}
    assert group["insights"] is None


def test_runs_of_two_kinds_stand_apart():
    runs = [figures("a", [1.0]), figures("b", [2.0], kind="fed321"), figures("c", [None], problem="other", kind=None)]
    groups = compare_runs(runs, ())["groups"]
    assert [(group["problem"], group["config"], group["runs"]) for group in groups] == [
        ("toy", "abc123", 1),
        ("toy", "fed321", 1),
        ("other", None, 1),
    ]
    assert groups[2]["best"] is None


def test_kinds_of_two_runs_or_more_are_tested():
    runs = [
        *(figures(f"a{i}", [1.0 + i / 10, 2.0 + i / 10]) for i in range(4)),
        *(figures(f"b{i}", [0.2 + i / 10, 0.5 + i / 10], kind="fed321") for i in range(4)),
        figures("c", [3.0], problem="other"),
    ]
    best, area = compare_runs(runs, ())["tests"]
    assert (best["a"], best["b"], best["what"], area["what"]) == (
        "map_elites abc123",
        "map_elites fed321",
        "best",
        "area",
    )
    assert best["better"] == 1.0
    assert best["p"] == 2 / 70
    assert best["adjusted"] == 4 / 70


def test_a_panel_for_each_problem_and_a_curve_for_each_kind():
    runs = [figures("a", [1.0, 0.5]), figures("b", [None, 2.0]), figures("c", [3.0], problem="other", strategy=None)]
    first, second = make_panels(runs, [2.5])
    assert (first.problem, first.instance, first.unit, first.targets) == ("toy", "7", "m", [2.5])
    assert first.kinds == {"map_elites": [[1.0, 1.0], [None, 2.0]]}
    assert second.kinds == {"runs": [[3.0]]}
