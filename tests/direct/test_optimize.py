"""A seed and a score function, and nothing else that one has to know."""

import asyncio
import json
import math
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import evo
from evo.assemble.resume import resume
from evo.cli.main import main
from evo.errors import ConflictError, JudgeError, NotFoundError, UsageError
from evo.testing.model import ScriptedModel


def slope(x: float):
    """A line."""
    return 2.0 * x + 1.0


def far(program):
    """How far a line is from another one."""
    found = program.map([(1.0,), (3.0,)])
    return {"score": -abs(found[0] - 5.0) - abs(found[1] - 9.0), "feedback": f"{found}", "slope": found[1] - found[0]}


def optimize(tmp_path, seed, score, **given):
    return evo.optimize(seed, score, folder=tmp_path / "out", progress=False, **{"budget": 6, **given})


def test_a_function_gets_better_and_the_result_tells(tmp_path):
    found = optimize(tmp_path, slope, far, budget=12, goal="Meet the other line.")
    best = found.best
    assert best.score >= -4.0
    assert best.evaluation.metrics["slope"] > 0
    assert best.feedback.startswith("[")
    assert str(best) == best.text
    assert "def slope(x: float):" in best.text
    assert best.save(tmp_path / "best.py").read_text() == best.text
    assert found.status["committed"] == 12
    assert "12 tickets, finished" in repr(found)
    assert "your own process" in found._repr_html_()
    assert found.report(tmp_path / "r.html").stat().st_size > 10_000
    assert found.figure("map").says
    with pytest.raises(UsageError, match="did you mean progress"):
        found.figure("progres")
    # What is asked is a problem like any other, and its run is verified like any other.
    with found.view as view:
        assert view.header.problem == "slope"
    with pytest.raises(ConflictError, match="run that script again"):
        asyncio.run(taken_up(found.folder))


async def taken_up(folder):
    async with resume(folder, ["budget.tickets=40"]):
        pass


def test_the_same_question_goes_on_where_it_stood(tmp_path):
    first = optimize(tmp_path, slope, far)
    again = optimize(tmp_path, slope, far)
    assert again.folder == first.folder
    more = optimize(tmp_path, slope, far, budget=9, workers=1)
    assert more.folder == first.folder
    assert more.status["committed"] == 9
    whole = evo.optimize(slope, far, folder=tmp_path / "other", progress=False, budget=9)
    assert whole.status["log_hash"] == more.status["log_hash"]
    assert optimize(tmp_path, slope, far, goal="something else").folder != first.folder


KILLED = """
import os, evo
from pathlib import Path

def line(x: float):
    return 2.0 * x + 1.0

def score(program):
    Path("calls").open("a").write(".")
    if Path("calls").stat().st_size == 5 and not Path("killed").exists():
        Path("killed").touch()
        os.kill(os.getpid(), 9)
    return -abs(program(1.0) - 5.0)

if __name__ == "__main__":
    found = evo.optimize(line, score, folder="out", budget=10, progress=False)
    print(found.status["committed"], len([each for each in Path("out").iterdir() if each.name[0] != "."]))
"""


def test_a_script_that_was_killed_goes_on_when_it_is_called_again(tmp_path):
    (tmp_path / "script.py").write_text(KILLED)
    command = [sys.executable, "script.py"]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    killed = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    again = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert again.stdout.split() == ["10", "1"], again.stderr


def test_outputs_and_texts_are_scored_as_well(tmp_path):
    found = optimize(tmp_path, slope, lambda output: -abs(output - 9.0), inputs={"x": 3.0})
    assert found.best.score >= -2.0
    found = optimize(tmp_path, "write 7 words\n", lambda text: (float(text.split()[1]), "so many"))
    assert found.best.score >= 7.0
    assert found.best.feedback == "so many"
    assert list(found.best.files) == ["text.txt"]


def test_files_and_folders_are_seeds(tmp_path):
    (tmp_path / "one.py").write_text("def f():\n    return 3.5\n")
    assert optimize(tmp_path, tmp_path / "one.py", lambda f: f(), budget=2).best.score >= 3.5
    several = tmp_path / "several"
    several.mkdir()
    (several / "main.py").write_text("from part import number\n\n\ndef f():\n    return number()\n")
    (several / "part.py").write_text("def number():\n    return 3.5\n")
    found = optimize(tmp_path, several, lambda f: f(), budget=2)
    assert found.best.score >= 3.5
    assert set(found.best.files) == {"main.py", "part.py"}
    assert found.best.save(tmp_path / "kept").is_dir()


def broken(program):
    return program(1.0) / 0  # here


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (broken, "return program(1.0) / 0"),
        (lambda program: math.nan, "score returned nan"),
        (lambda program: None, "score returned None"),
        (lambda program: {"score": 1, "measures": {"size": 2}}, "declares"),
    ],
)
def test_a_score_function_that_fails_is_told_as_the_callers(tmp_path, score, words):
    with pytest.raises(JudgeError) as caught:
        optimize(tmp_path, slope, score)
    assert words in str(caught.value)
    assert "your score function failed" in str(caught.value)
    if score is broken:
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        assert "test_optimize.py:" in str(caught.value)


def test_a_program_that_fails_is_the_programs_fault(tmp_path):
    def score(program):
        if program(1.0) != 3.0:
            raise evo.Invalid("expected 3 at 1")
        return 1.0

    found = optimize(tmp_path, slope, score)
    assert found.best.score == 1.0
    text = "def f(x):\n    return 1 / x\n"
    with pytest.raises(evo.EvoError, match="ZeroDivisionError"):
        optimize(tmp_path, text, lambda program: program(0))


def test_an_interrupt_lets_what_is_in_flight_finish(tmp_path):
    calls = []

    def score(program):
        calls.append(program(1.0))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return calls[-1]

    found = optimize(tmp_path, slope, score, budget=40)
    assert found.status["state"] == "interrupted"
    assert 0 < found.status["committed"] < 40
    assert "JUDGE_ERROR" not in json.dumps(found.status)


def test_it_works_within_a_running_event_loop(tmp_path):
    async def cell():
        return optimize(tmp_path, slope, far, budget=3)

    assert asyncio.run(cell()).status["committed"] == 3


def test_a_live_model_may_be_handed_over(tmp_path):
    model = ScriptedModel(answers=("better\n\n```python\ndef slope(x: float):\n    return 2.0 * x + 3.0\n```\n",))
    found = optimize(tmp_path, slope, far, budget={"tickets": 3}, model=model)
    assert found.best.score == 0.0
    assert optimize(tmp_path, slope, far, budget={"tickets": 4}, model=model).folder == found.folder


@pytest.mark.parametrize(
    ("seed", "score", "given", "words"),
    [
        (3, far, {}, "expected a function, a text"),
        (lambda x: x, far, {}, "expected a def that stands alone"),
        (slope, 3, {}, "expected a function"),
        (slope, lambda: 1, {}, "takes no argument"),
        (slope, lambda output: 1, {}, "expected inputs={'x': ...}"),
        (slope, far, {"inputs": {"y": 1}}, "no parameter 'y'"),
        ("some words", lambda program: 1, {}, "the seed is a text"),
        (slope, far, {"budget": "much"}, "expected tickets"),
        (slope, far, {"budget": {"ticket": 3}}, "did you mean tickets"),
        (slope, far, {"base_url": "http://127.0.0.1:1/v1"}, "the name of the model"),
    ],
)
def test_what_cannot_be_asked_is_said(tmp_path, seed, score, given, words):
    with pytest.raises(UsageError) as caught:
        optimize(tmp_path, seed, score, **given)
    assert words in str(caught.value)


def test_a_seed_that_is_not_there(tmp_path):
    with pytest.raises(NotFoundError, match="neither a file nor a folder"):
        optimize(tmp_path, tmp_path / "nothing.py", far)


def test_every_view_says_that_the_caller_judges(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    found = evo.optimize(slope, far, folder=tmp_path / "out", budget=3)
    assert "trust: caller: the judge is the caller's process" in capsys.readouterr().err
    said = {}
    for verb in ("status", "show", "top", "runs", "export"):
        address = [f"{found.folder}:@best"] if verb == "show" else [] if verb == "runs" else [str(found.folder)]
        assert main([verb, *address, *(["--runs-dir", "out"] if verb == "runs" else [])]) == 0
        said[verb] = capsys.readouterr().out
    for verb in ("status", "show"):
        assert "caller: the judge is the caller's process" in said[verb], said[verb]
    assert "(trust: caller)" in said["runs"]
    assert all("caller" in said[verb] for verb in ("top", "export")), said
    assert "caller: the judge is the caller" in found.report(tmp_path / "r.html").read_text()
    with found.view as view:
        assert next(view.records())["trust"] == "caller"


def test_a_run_that_recorded_no_trust_goes_on(tmp_path):
    first = optimize(tmp_path, slope, far)
    with sqlite3.connect(first.folder / "run.db") as database:
        (text,) = database.execute("SELECT grounds FROM run").fetchone()
        grounds = json.loads(text)
        assert grounds.pop("trust") == {"score": "caller"}
        database.execute("UPDATE run SET grounds = ?", (json.dumps(grounds),))
    assert optimize(tmp_path, slope, far, budget=8).folder == first.folder
