"""The table of a suite."""

from io import StringIO

from rich.console import Console

from evo.render.suite import suite


def test_a_row_for_each_problem_and_strategy_and_one_for_each_strategy():
    own = {"problem": "a", "instance": "3", "strategy": "x", "runs": 2, "scored": 2, "best": 1.0, "mean": 2.0}
    bare = {**own, "strategy": "y", "scored": 0, "best": None, "mean": None, "low": None, "high": None, "rank": 2}
    ranks = [{"strategy": "x", "problems": 1, "rank": 1.0, "low": None, "high": None}]
    console = Console(file=StringIO(), width=120)
    console.print(suite({"rows": [{**own, "low": -1.5, "high": 5.5, "rank": 1.0}, bare], "overall": ranks}))
    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert lines[1] == ["a/3", "x", "2", "of", "2", "1", "2", "-1.5", "..", "5.5", "1"]
    assert lines[2] == ["a/3", "y", "0", "of", "2", "-", "-", "-", "2"]
    assert lines[5] == ["x", "1", "1", "-"]
