"""Tools that read tell what the verbs of the same names do with --json."""

import json

import pytest

from evo.cli.main import main
from evo.errors import NotFoundError, UsageError
from tests.render.small_run import C, D


def told(capsys, small_runs, *words):
    capsys.readouterr()
    assert main([*words, "--json", "--runs-dir", str(small_runs)]) == 0
    return json.loads(capsys.readouterr().out)


def test_they_tell_what_the_verbs_tell(call, capsys, small_runs):
    assert call("status") == told(capsys, small_runs, "status")
    assert call("top", count=2)["elites"] == told(capsys, small_runs, "top", "-n", "2")
    assert call("map", island=0) == told(capsys, small_runs, "map", "--island", "0")
    assert call("diff", program=f"3fa9:{C.id[:8]}") == told(capsys, small_runs, "diff", C.id[:8])
    assert call("diff", program=C.id, against="@seed") == told(capsys, small_runs, "diff", "@seed", C.id)
    shown = call("show", program=C.id, prompt=True)
    assert "Ticket" in shown.pop("prompt")
    assert shown.pop("run")
    assert shown == told(capsys, small_runs, "show", C.id)
    assert call("lineage", way="ancestors")["steps"] == told(capsys, small_runs, "lineage")
    assert call("lineage", way="line", diffs=True, most=1)["steps"][0]["diff"]


def test_runs_are_listed_and_chosen(call):
    (row,) = call("runs")["runs"]
    assert row["problem"] == "toy"
    assert call("runs", problem="other") == {"runs": [], "count": 0}


def test_failures_are_counted_by_how_they_failed(call):
    found = call("failures", most=1)
    ways = {each["way"]: each["count"] for each in found["ways"]}
    assert ways["INVALID"] == 1
    assert found["failed"] == sum(ways.values())
    assert found["commits"] == 7
    newest = next(each["newest"] for each in found["ways"] if each["way"] == "INVALID")
    assert [each["program"] for each in newest] == [D.id]


@pytest.mark.parametrize("run", ["/etc", "../runs", "~root", ".hidden", "x" * 300, "", "a/b"])
def test_a_run_is_a_name_and_no_path(call, run):
    assert isinstance(call("status", run=run), NotFoundError)
    assert isinstance(call("show", program=f"{run}:@best"), NotFoundError | UsageError) or not run


@pytest.mark.parametrize("name", ["/etc", "..", "../problems/knapsack", "knapsack/../x", "problems/knapsack", "nope"])
def test_a_problem_is_a_name_and_no_path(call, name):
    assert isinstance(call("problems", name=name), NotFoundError)
    assert isinstance(call("check", problem=name, program="x"), NotFoundError)


def test_problems_have_rows_and_contracts(call):
    names = [row["name"] for row in call("problems")["problems"]]
    assert "number_partition" in names
    contract = call("problems", name="number_partition/30")
    assert contract["label"] == "number_partition/30"
    assert "program.cpp" in contract["seeds"]["greedy.cpp"]
    assert contract["params"]["numbers"]


def test_pages_are_listed_and_read(call):
    assert "evo://docs/wheel" in [each["uri"] for each in call("docs")["pages"]]
    assert call("docs", page="wheel")["text"].startswith("# At the wheel")
    assert "did you mean" in str(call("docs", page="whel"))


def test_a_program_is_checked_without_being_run(call):
    seed = call("problems", name="number_partition/30")["seeds"]["greedy.cpp"]["program.cpp"]
    given = {"problem": "number_partition/30"}
    changed = call("check", **given, program=seed.replace("(void)seed;", "(void)seed;  // kept"))
    assert changed["taken"]
    assert "+    (void)seed;  // kept" in changed["diff"]
    refused = call("check", **given, program=seed.replace("int main()", "int  main()"))
    assert (refused["taken"], refused["outcome"]) == (False, "FORBIDDEN_EDIT")
    assert call("check", **given, answer="no idea")["outcome"] == "UNPARSABLE"
    assert "one of program and answer" in str(call("check", **given))
