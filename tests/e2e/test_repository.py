"""A repository with tests of its own: from a problem beside it to a better program, offline, and back into git."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from evo.crashpoints import ENVIRONMENT
from evo.store.reading.view import open_run
from tests.cli.conftest import small_runs
from tests.repository_problem import git, make_problem, make_repository, write

ROOT = Path(__file__).resolve().parents[2]
__all__ = ["small_runs"]
SECRET = "sk-canary-0123456789"


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A run that was killed and taken up, while somebody went on working in the checkout."""
    folder = tmp_path_factory.mktemp("repository")
    problem = make_problem(folder)
    (folder / "lib/.env").write_text(f"KEY={SECRET}\n")
    words = ("--runs-dir", str(folder / "runs"), "--set", "budget.tickets=14", "--set", "executor.workers=1")
    killed = subprocess.run(
        [sys.executable, "-m", "evo", "run", str(problem), *words],
        env={**os.environ, ENVIRONMENT: "commit_stored:6", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr.decode()
    write(
        folder / "lib", {"src/core/other.py": "LIMIT = 99.0\n", "src/fixed.py": "broken(\n", "tests/test_speed.py": ""}
    )
    return folder


@pytest.fixture
def taken_up(ended, evo):
    if not (ended / "done").exists():
        result = evo("resume", "--runs-dir", ended / "runs")
        assert result.code == 0, result.err
        (ended / "done").touch()
    return ended


def run_of(folder):
    return next(path for path in (folder / "runs").iterdir() if path.is_dir() and not path.name.startswith("."))


def test_it_is_improved_and_every_step_can_be_made_again(taken_up, evo):
    status = json.loads(evo("status", "--json", "--runs-dir", taken_up / "runs").out)
    assert status["committed"] == 14
    with open_run(run_of(taken_up)) as view:
        seed, best = next(view.commits()), view.top(1)[0]
    assert seed.evaluation.objective == 4.5
    assert best.objective < 4.5
    replay = evo("replay", "--execute", "--runs-dir", taken_up / "runs")
    assert replay.code == 0, replay.out + replay.err
    assert "made again" in replay.out


def test_the_patch_is_taken_by_git_and_the_tests_of_the_repository_pass(taken_up, evo, tmp_path):
    # What a terminal would get goes into a file, as from `evo best --patch > best.patch`.
    argv = [sys.executable, "-m", "evo", "best", "--patch", "--runs-dir", str(taken_up / "runs")]
    patch = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True).stdout
    assert patch == (run_of(taken_up) / "best/best.patch").read_bytes()
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(taken_up / "lib"), str(clone))
    subprocess.run(["git", "apply"], cwd=clone, input=patch, check=True)
    assert git(clone, "diff", "--name-only").split()
    subprocess.run([sys.executable, "-m", "unittest", "-q"], cwd=clone, capture_output=True, check=True)


def test_a_branch_holds_it_and_the_checkout_stays_as_it_was(taken_up, evo):
    lib, before = taken_up / "lib", git(taken_up / "lib", "status", "--porcelain")
    result = evo("best", "--branch", "evo/best", "--runs-dir", taken_up / "runs")
    assert result.code == 0, result.err
    assert git(lib, "status", "--porcelain") == before
    assert git(lib, "branch", "--show-current").strip() == "main"
    assert git(lib, "diff", "--name-only", "main", "evo/best").split()
    assert "tidy: " in git(lib, "log", "-1", "--format=%s", "evo/best")


def test_no_secret_is_stored_or_shown_and_only_changes_are_kept(taken_up):
    run = run_of(taken_up)
    assert not [path for path in run.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    with open_run(run) as view:
        tree = view.tree()
        assert ".env" not in tree.entries
        assert any(".env" in words and "secret" in words for words in tree.left_out)
        bests = [view.program(elite.program) for elite in view.top(3)]
    assert all(0 < len(program.changed) < len(program.files) for program in bests)
    with sqlite3.connect(run / "run.db") as connection:
        stored = connection.execute("SELECT id, files FROM programs").fetchall()
    changed = {program.id: dict(program.changed) for program in bests}
    kept = {name: json.loads(zlib.decompress(data)) for name, data in stored}
    assert {name: kept[name] for name in changed} == changed


def test_prompts_show_what_may_change_and_outline_the_rest(taken_up):
    with open_run(run_of(taken_up)) as view:
        prompt, _ = view.answer(next(each for each in view.commits() if each.proposal.requests))
    assert "`src/core/*.py`" in prompt.system
    assert "def near(self, x: float" in prompt.system  # src/fixed.py, in full
    assert "`tests/test_speed.py`" in prompt.system
    assert "File: src/core/speed.py" in prompt.user
    assert "broken(" not in prompt.system + prompt.user


def test_edits_of_what_may_not_change_are_refused_by_name(taken_up, evo, tmp_path):
    answer = tmp_path / "answer.txt"
    answer.write_text("Idea: x\n\nFile: src/fixed.py\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n")
    result = evo("edit", "@best", answer, "--runs-dir", taken_up / "runs")
    assert "FORBIDDEN_EDIT" in result.out + result.err
    assert "src/fixed.py may not change; what may change is src/core/*.py" in result.out + result.err


def test_programs_that_are_files_alone_have_no_patch(evo, tmp_path, small_runs):
    result = evo("best", "--patch", "--runs-dir", small_runs)
    assert result.code == 2
    assert "no change of a repository" in result.err
    assert evo("best", "--repo", tmp_path, "--runs-dir", small_runs).code == 2


def test_a_checkout_can_be_scored_and_checked(tmp_path, evo):
    problem = make_problem(tmp_path)
    (tmp_path / "lib/.env").write_text("KEY=1\n")
    checked = evo("check", problem)
    assert checked.code == 0, checked.out
    assert "repository of 9 files, 3 of which may change" in checked.out
    other = tmp_path / "other"
    shutil.copytree(tmp_path / "lib", other)
    write(other, {"src/core/other.py": "LIMIT = 37.5\n", "src/fixed.py": "broken("})
    found = json.loads(evo("score", problem, other, "--json").out)
    assert (found["status"], found["objective"]) == ("VALID", 2.0)
    write(other, {"src/core/other.py": "LIMIT = 77.5\n"})
    found = json.loads(evo("score", problem, other, "--json").out)
    assert found["status"] == "FAILED"
    assert "FAIL: test_limit" in found["detail"]
    assert "<time>" in found["detail"]


def test_evo_new_writes_a_problem_about_a_repository_that_gets_better(tmp_path, evo, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_problem(tmp_path)
    steps = "".join(f"    step_{n} = n + {n}\n    print(step_{n})\n" for n in range(9))
    idle = f"def idle(n):\n{steps}    return n\n"
    write(tmp_path / "lib", {"src/core/speed.py": f"def total(numbers):\n    return sum(numbers)\n\n\n{idle}"})
    made = evo("new", "smaller", "--from", "lib", "--editable", "src/core/*.py")
    assert made.code == 0, made.err
    checked = evo("check", "problems/smaller")
    assert checked.code == 0, checked.out
    offline = "{use: offline, statements: 9, numbers: 0}"
    llms = f"llms={{fast: {offline}, strong: {offline}}}"
    ran = evo("run", "smaller", "--set", "budget.tickets=24", "--set", llms, "--set", "executor.workers=1")
    assert ran.code == 0, ran.err
    with open_run(run_of(tmp_path)) as view:
        seed, best = next(view.commits()), view.top(1)[0]
    assert best.objective < seed.evaluation.objective


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--editable", "src/*.py"), "name it with --from DIR"),
        (("--from", "nowhere", "--editable", "src/*.py"), "no such folder"),
        (("--from", "lib", "--editable", "nothing/*.py"), "no text matches nothing/*.py"),
    ],
)
def test_evo_new_says_what_no_problem_can_be_made_of(tmp_path, evo, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    make_repository(tmp_path / "lib")
    result = evo("new", "smaller", *words)
    assert result.code == 2
    assert said in result.err
