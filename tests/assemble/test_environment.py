"""An environment is built from its requirements, and a run stands on what is installed in it."""

import json
import shutil

import pytest

from evo.assemble.environment import build_environment, environment_of
from evo.cli.main import main
from evo.config.environment import find_environment
from evo.config.problem import load_problem
from evo.errors import ConflictError, EvoError, SpecError
from tests import venvs

PROBLEM = """\
name: five
summary: Return five.
program: {entry: solve, imports: [five]}
objective: {direction: maximize}
environment: venv
readable: [shared/numbers.txt]
"""
SEED = "import five\n\n\ndef solve(seed, extra=0):\n    return five.FIVE + extra + len(open(PATH).read())\n"
JUDGE = "def evaluate(output, params):\n    return {'objective': float(output)}\n"


@pytest.fixture
def pack(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "problems" / "five"
    (folder / "seeds").mkdir(parents=True)
    (folder / "shared").mkdir()
    (folder / "shared" / "numbers.txt").write_text("abc")
    (folder / "problem.yaml").write_text(PROBLEM)
    (folder / "brief.md").write_text("Return five.\n")
    (folder / "evaluate.py").write_text(JUDGE)
    (folder / "seeds" / "seed.py").write_text(SEED.replace("PATH", repr(str(folder / "shared" / "numbers.txt"))))
    venvs.make(folder / "venv")
    return folder


def test_it_is_built_once_and_again_when_its_requirements_change(tmp_path):
    venvs.wheel(tmp_path)
    (tmp_path / "needs.txt").write_text(f"./{venvs.WHEEL}\n")
    found = find_environment(tmp_path, "needs.txt")
    assert build_environment(found)
    assert not found.flaw()
    assert found.installed()["five"].startswith("1.2 ")
    assert not build_environment(found)
    (tmp_path / "needs.txt").write_text("# nothing\n")
    assert build_environment(found)
    assert "five" not in found.installed()


def test_what_cannot_be_installed_is_told_in_the_installers_words_and_is_not_there_afterwards(tmp_path):
    (tmp_path / "needs.txt").write_text("./nothing-1-py3-none-any.whl\n")
    found = find_environment(tmp_path, "needs.txt")
    with pytest.raises(EvoError) as failed:
        build_environment(found)
    assert "needs.txt cannot be installed" in str(failed.value)
    assert "nothing-1" in str(failed.value)
    assert "is not what its environment was built from" in found.flaw()


def test_an_interpreter_that_is_none_is_refused(tmp_path):
    (tmp_path / "needs.txt").write_text("")
    with pytest.raises(EvoError, match="cannot be started"):
        build_environment(find_environment(tmp_path, "needs.txt"), python="/nowhere/python")


def test_what_somebody_else_made_is_left_as_it_is(pack):
    with pytest.raises(ConflictError, match="was not built by evo"):
        build_environment(find_environment(pack, "venv"), anew=True)


def test_a_problem_that_names_none_says_what_to_write(pack):
    (pack / "problem.yaml").write_text(PROBLEM.replace("environment: venv\n", ""))
    with pytest.raises(SpecError, match=r"requirements\.txt"):
        environment_of(load_problem("problems/five"))


def test_the_judge_can_not_be_made_readable(pack):
    for named in (".", "evaluate.py", "shared/../evaluate.py"):
        (pack / "problem.yaml").write_text(PROBLEM.replace("shared/numbers.txt", named))
        with pytest.raises(SpecError, match="the judge lies there"):
            load_problem("problems/five")


@pytest.mark.parametrize("tier", ["strict", "standard", "basic"])
def test_a_run_lives_in_its_environment_and_no_other(pack, tmp_path, capsys, tier):
    """Its programs import what is installed there and read what is granted; a changed package refuses a resume."""
    config = tmp_path / "config.yaml"
    config.write_text(
        "problem: problems/five\npipeline: minimal\nbudget: {tickets: 2}\nllms: {m: {use: offline}}\n"
        f"emitters: [{{use: rewrite, llm: m}}]\nexecutor: {{sandbox: 'required:{tier}', workers: 1}}\n"
    )
    assert main(["run", str(config)]) == 0, capsys.readouterr().err
    (folder,) = (tmp_path / "runs").iterdir()
    capsys.readouterr()
    assert main(["status", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["best"]["objective"] >= 8.0
    venvs.install(pack / "venv", version="1.3")
    assert main(["resume", str(folder), "--set", "budget.tickets=4"]) == 1
    assert "environment five changed" in capsys.readouterr().err
    venvs.install(pack / "venv")
    shutil.rmtree(pack / "venv" / "bin")
    assert main(["resume", str(folder), "--set", "budget.tickets=4"]) != 0
    assert f"environment venv is not built yet; `evo env {pack}` builds it" in capsys.readouterr().err
