"""`evo run` on the real thing: real processes, few tickets."""

import json

import pytest

from tests.cli.real_run import SMALL, read_status

HEAD = "extends: base\nproblem: circle_packing/26\nbudget: {tickets: 100}\n"


def test_a_run_ends_with_its_best_and_the_next_commands(finished, evo):
    folder = next(finished.iterdir())
    left = {"program.py", "output.json", "picture.png", "report.html"}
    assert {path.name for path in (folder / "best").iterdir()} == left
    data = read_status(evo, finished)
    assert (data["state"], data["committed"]) == ("finished", 8)
    assert evo("best", "--runs-dir", finished).out == (folder / "best" / "program.py").read_text()
    steps = json.loads(evo("lineage", "--json", "--runs-dir", finished).out)
    assert steps[-1]["operator"] == "seed"


def test_seeds_make_a_run_each_and_stand_side_by_side(evo, tmp_path):
    short = ("--set", "budget.tickets=3", "--set", "params.work=1", "--quiet")
    result = evo("run", "smoke", "--seeds", "3..4", *SMALL, *short, "--runs-dir", tmp_path / "runs")
    assert result.code == 0
    assert "seed=4 (2 of 2)" in result.err
    assert result.out.count("best: median (quartiles)") == 1
    folders = [path.name for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    compared = json.loads(evo("compare", *folders, "--json", "--runs-dir", tmp_path / "runs").out)
    assert sorted(run["seed"] for run in compared["runs"]) == [3, 4]
    assert [group["runs"] for group in compared["groups"]] == [2]
    (figure,) = (tmp_path / "runs").glob("*-seeds.png")
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert str(figure) in result.out.replace("\n", "")
    assert evo("run", "smoke", "--seeds", "4..3").code == 2


def test_strategies_make_a_run_each_and_are_compared(evo, tmp_path):
    short = ("--set", "budget.tickets=3", "--set", "params.work=1", "--quiet")
    result = evo("run", "smoke", "--strategies", "shinka,random", *SMALL, *short, "--runs-dir", tmp_path / "runs")
    assert result.code == 0
    folders = [path.name for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    compared = json.loads(evo("compare", *folders, "--json", "--runs-dir", tmp_path / "runs").out)
    assert sorted(group["strategy"] for group in compared["groups"]) == ["random", "shinka"]
    wrong = evo("run", "smoke", "--strategies", "random,shinky", "--runs-dir", tmp_path / "none")
    assert (wrong.code, (tmp_path / "none").exists()) == (3, False)
    assert "did you mean shinka?" in wrong.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("run", "nope"), 4, "Nothing was started."),
        (("run", "smoke", "--set", "budgt.tickets=3"), 3, "did you mean budget"),
        (("run", "smoke", "--set", "problem=circle_pakcing/26"), 4, "did you mean circle_packing?"),
        (("resume",), 4, "evo run CONFIG"),
        (("run",), 2, "CONFIG"),
    ],
)
def test_mistakes_start_nothing(evo, here, words, code, said):
    result = evo(*words)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert not (here / "runs").exists()


def test_a_wrong_key_is_said_with_its_place(evo, here):
    (here / "mine.yaml").write_text(HEAD + "islands:\n  migration_evry: 50\n")
    result = evo("run", "mine.yaml")
    assert result.code == 3
    assert result.err.startswith("mine.yaml:5:3: islands.migration_evry: unknown key; did you mean")
    assert "Nothing was started. `evo check mine.yaml`" in result.err


FUNCTION = """
goal = "Large numbers."


def number(n: int = 3):
    return 2 * n


def score(program):
    return program()
"""


def test_a_file_with_a_score_is_run(evo, here):
    (here / "mine.py").write_text(FUNCTION)
    ran = evo("run", "mine.py", "-n", 4, "--quiet")
    assert ran.code == 0, ran.err
    assert read_status(evo, here / "runs")["committed"] == 4
    assert evo("run", "mine.py:number", "-n", 2, "--quiet").code == 0
    assert len(list((here / "runs" / ".asked").iterdir())) == 1
    assert evo("resume", "--set", "budget.tickets=6", "--quiet").code == 0
    refused = evo("run", "nope.py")
    assert refused.code == 4
    assert "no such file" in refused.err


def test_all_elites_of_a_run_are_seeds_of_another(evo, here):
    (here / "mine.py").write_text(FUNCTION)
    assert evo("run", "mine.py", "-n", 8, "--quiet").code == 0
    first = read_status(evo, here / "runs")
    assert evo("run", "mine.py", "-n", 20, "--quiet", "--set", f"seeds=[{first['run']}:@elites]").code == 0
    second = read_status(evo, here / "runs")
    assert second["best"]["objective"] >= first["best"]["objective"]
    kept = (here / "runs" / second["run"] / "run.yaml").read_text()
    assert "@elites" not in kept
    assert f"{first['run']}:{first['best']['program'][:16]}" in kept
    assert evo("resume", "--set", "budget.tickets=22", "--quiet").code == 0
    assert evo("replay", "--execute").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "tiny"], "expected an end as well"),
        (["--base-url", "http://127.0.0.1:1/v1"], "the name of the model"),
        (["--model", "tiny", "--prices", "much"], "expected two numbers"),
    ],
)
def test_a_model_for_a_first_try_is_said_whole(evo, here, words, said):
    refused = evo("run", "circle_packing/26", *words)
    assert refused.code == 2
    assert said in refused.err


def test_whom_a_first_try_asks_is_said_first(evo, here):
    words = ("--model", "tiny", "--base-url", "http://127.0.0.1:1/v1", "--prices", "0.1,0.4", "--set", "budget.usd=1")
    said = evo("run", "circle_packing/26", *words, "-n", 1, "--estimate")
    assert said.err.startswith("Asks tiny at http://127.0.0.1:1/v1, without a key")
    assert said.code == 0, said.err
