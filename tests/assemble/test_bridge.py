"""Folders in the layouts of other frameworks, all written here, become problems with their evaluators' own scores."""

import asyncio
import json
import math
import os
import signal
import subprocess
import sys
import time

import pytest

from evo.assemble.bridge import carry_over
from evo.assemble.evaluator import evaluating
from evo.cli.main import main
from evo.config.pack_run import load_pack_run
from evo.config.problem import load_problem
from evo.errors import SpecError
from evo.records import EvaluationStatus
from evo.scaffold.bridge import find_bridge

PROGRAM = """\
import math

# EVOLVE-BLOCK-START
def waves(n):
    return [math.sin(i) * 0.1 for i in range(n)]
# EVOLVE-BLOCK-END
"""
LOAD = """\
import importlib.util
import os


def load(path):
    spec = importlib.util.spec_from_file_location("program", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


"""
WAVES = [math.sin(i) * 0.1 for i in range(40)]
CONFIG = """\
max_iterations: 77
llm:
  api_base: "https://api.openai.com/v1"
  models:
    - {name: "small-one", weight: 0.2}
    - {name: "big-one", weight: 0.8}
prompt:
  system_message: "Make waves that add up to much."
database: {num_islands: 3, feature_dimensions: ["complexity", "height"]}
evaluator: {timeout: 30, cascade_evaluation: CASCADE, cascade_thresholds: [0.1, 9.0]}
"""
RESULT = "from openevolve.evaluation_result import EvaluationResult\n" + LOAD
SHINKA = """\
from shinka.core import run_shinka_eval


def fine(found):
    return (len(found) == 40, None if len(found) == 40 else f"expected 40 numbers, got {len(found)}")


def sum_up(results):
    public, private = {"count": 40, "said": "a wave"}, {"top": max(results[0])}
    return {"combined_score": sum(results[0]), "public": public, "private": private}


def main(program_path: str, results_dir: str):
    run_shinka_eval(program_path=program_path, results_dir=results_dir, experiment_fn_name="waves", num_runs=1,
                    get_experiment_kwargs=lambda i: {"n": 40}, validate_fn=fine, aggregate_metrics_fn=sum_up)
"""
WRITES = (
    LOAD
    + """\
import argparse, json


def main(program_path, results_dir):
    found = load(program_path).waves(40)
    json.dump({"combined_score": sum(found), "text_feedback": "go on"}, open(f"{results_dir}/metrics.json", "w"))
    json.dump({"correct": True, "error": ""}, open(f"{results_dir}/correct.json", "w"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
"""
)
GEPA = '''\
from gepa.optimize_anything import EngineConfig, GEPAConfig, optimize_anything

SEED = """
import math

def waves(n):
    return [math.sin(i) * 0.1 for i in range(n)]
"""


def evaluate(candidate, opt_state=None):
    found = {}
    exec(candidate, found)
    return sum(found["waves"](40)), {"feedback": "as waves go", "count": 40}


def main():
    optimize_anything(seed_candidate=SEED, evaluator=evaluate, objective="Make waves.",
                      config=GEPAConfig(engine=EngineConfig(max_metric_calls=9)))


if __name__ == "__main__":
    main()
'''
EXAMPLES = """\
from gepa import optimize_anything

seed_candidate = "Count the letters."
cases = [{"word": "wave", "weight": 0.1}, {"word": "sea", "weight": 0.7}, {"word": "tide", "weight": 0.3}]


def judged(candidate, example):
    return {"score": example["weight"] * len(candidate), "feedback": example["word"]}


optimize_anything(seed_candidate=seed_candidate, evaluator=judged, valset=cases)
"""
PARTS = """\
import gepa

gepa.optimize(seed_candidate={"system": "Be brief.", "user": "Count the letters."}, evaluator=None or len, metric=None)
"""
FOLDERS = {
    "openevolve, a mapping": (
        {"evaluator.py": LOAD + "def evaluate(path):\n    return {'combined_score': sum(load(path).waves(40))}\n"},
        sum(WAVES),
    ),
    "openevolve, a result with artifacts": (
        {
            "evaluator.py": RESULT
            + "def evaluate(path):\n    found = load(path).waves(40)\n"
            + "    metrics = {'combined_score': max(found), 'height': 0.5}\n"
            + "    return EvaluationResult(metrics=metrics, artifacts={'note': 'hm'})\n",
            "config.yaml": CONFIG.replace("CASCADE", "false"),
        },
        max(WAVES),
    ),
    "openevolve, the mean where there is no combined score": (
        {
            "evaluator.py": LOAD + "def evaluate(path):\n    found = load(path).waves(40)\n"
            "    return {'height': max(found), 'depth': min(found), 'fine': True, 'name': 'wave'}\n"
        },
        (max(WAVES) + min(WAVES)) / 2,
    ),
    "openevolve, two stages": (
        {
            "evaluator.py": RESULT
            + "def evaluate(path):\n    raise AssertionError('never')\n"
            + "def evaluate_stage1(path):\n    return {'combined_score': 0.25, 'height': 0.5}\n"
            + "def evaluate_stage2(path):\n    return EvaluationResult({'combined_score': sum(load(path).waves(40))})\n"
            + "def evaluate_stage3(path):\n    raise AssertionError('never')\n",
            "config.yaml": CONFIG.replace("CASCADE", "true"),
        },
        sum(WAVES),
    ),
    "openevolve, stopped at the first stage": (
        {
            "evaluator.py": LOAD + "def evaluate(path):\n    return {}\n"
            "def evaluate_stage1(path):\n    return {'combined_score': load(path).waves(2)[1], 'height': 0.5}\n",
            "config.yaml": CONFIG.replace("CASCADE", "true"),
        },
        WAVES[1],
    ),
    "openevolve, data and a module beside it": (
        {
            "evaluator.py": LOAD + "from helper import total\ndef evaluate(path):\n"
            "    return {'combined_score': total(load(path).waves(40)) + float(open('data/offset.txt').read())}\n",
            "helper.py": "def total(found):\n    return sum(found)\n",
            "data/offset.txt": "0.3",
        },
        sum(WAVES) + 0.3,
    ),
    "openevolve, a program that is started": (
        {
            "evaluator.py": "import subprocess\ndef evaluate(path):\n"
            "    said = subprocess.run(['sh', path, '40'], capture_output=True, text=True, check=True).stdout\n"
            "    return {'combined_score': float(said)}\n",
            "initial_program.txt": "echo $1.1\n",
            "initial_program.py": None,
        },
        40.1,
    ),
    "skydiscover, a folder for the evaluator": (
        {
            "evaluator/evaluator.py": LOAD + "def evaluate(path):\n"
            "    return {'combined_score': sum(load(path).waves(40)), 'artifacts': {'feedback': 'higher'}}\n"
            "if __name__ == '__main__':\n    from wrapper import run\n    run(evaluate)\n",
            "evaluator/wrapper.py": "raise SystemExit('never imported')\n",
            "evaluator/Dockerfile": "FROM scratch\n",
            "config.yaml": "diff_based_generation: true\nmax_iterations: 5\nevaluator: {cascade_evaluation: false}\n",
        },
        sum(WAVES),
    ),
    "skydiscover, awaited": (
        {
            "evaluator.py": LOAD
            + "async def evaluate(path):\n    return {'combined_score': max(load(path).waves(40))}\n",
            "config.yaml": "diff_based_generation: true\nlanguage: python\n",
        },
        max(WAVES),
    ),
    "shinkaevolve, by its runner": (
        {"evaluate.py": SHINKA, "initial.py": PROGRAM, "initial_program.py": None},
        sum(WAVES),
    ),
    "shinkaevolve, by itself": ({"evaluate.py": WRITES, "initial.py": PROGRAM, "initial_program.py": None}, sum(WAVES)),
    "gepa, a program as a text": ({"main.py": GEPA, "initial_program.py": None}, sum(WAVES)),
    "gepa, examples": (
        {"optimise.py": EXAMPLES, "initial_program.py": None},
        sum(weight * len("Count the letters.") for weight in (0.1, 0.7, 0.3)) / 3,
    ),
}


def write(folder, files):
    for name, text in {"initial_program.py": PROGRAM, **files}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return folder


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "problems").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_gives_its_evaluators_own_score_to_the_last_digit(here, name):
    files, score = FOLDERS[name]
    found = carry_over(write(here / "theirs", files), here / "problems" / "waves")
    assert not found.trouble
    assert [each.objective for each in found.scored] == [score] * 5
    assert all("trust: shared" in each.flags for each in found.scored)
    assert "once more with the same seed: the same" in list(found.words())
    problem = load_problem("waves")
    assert problem.trust == "shared"
    assert load_pack_run("waves").problem == "waves"


def test_what_a_configuration_says_is_carried_over(here):
    files, _ = FOLDERS["openevolve, a result with artifacts"]
    carry_over(write(here / "theirs", files), here / "problems" / "waves")
    problem, run = load_problem("waves"), load_pack_run("waves")
    assert "Make waves that add up to much." in problem.brief
    assert (problem.spec.program.entry, problem.spec.program.editable) == ("waves", "markers")
    assert problem.limits.cpu_seconds == 30
    assert list(problem.spec.measures) == ["height"]
    assert (run.budget.tickets, run.islands.count) == (77, 3)
    assert sorted(run.archive.measures) == ["complexity", "height"]
    text = (here / "problems" / "waves" / "run.yaml").read_text()
    assert text.index("big-one") < text.index("small-one")
    assert "api_key_env: OPENAI_API_KEY" in text


def test_what_differs_each_time_is_told_and_kept_apart(here):
    evaluator = LOAD + (
        "import time\ndef evaluate(path):\n"
        "    now = time.perf_counter()\n"
        "    return {'combined_score': 1.5, 'seconds': now, 'note': str(now), 'size': 2}\n"
    )
    found = carry_over(write(here / "theirs", {"evaluator.py": evaluator}), here / "problems" / "waves")
    assert found.unsteady == ("seconds", "note")

    async def body():
        problem = load_problem("waves")
        async with evaluating(problem) as evaluator:
            return await evaluator.evaluate(problem.seeds[0][1])

    scored = asyncio.run(body())
    assert "seconds" not in scored.metrics
    assert "note" not in scored.feedback
    assert scored.metrics["size"] == 2


def test_a_program_that_is_not_correct_has_no_score(here):
    program = PROGRAM.replace("range(n)", "range(3)")
    files = {"evaluate.py": SHINKA, "initial.py": program, "initial_program.py": None}
    found = carry_over(write(here / "theirs", files), here / "problems" / "waves")
    assert found.scored[0].status is EvaluationStatus.INVALID
    assert found.scored[0].objective is None
    assert "expected 40 numbers, got 3" in found.trouble


def test_what_only_private_metrics_say_stays_out_of_prompts(here):
    files, _ = FOLDERS["shinkaevolve, by its runner"]
    found = carry_over(write(here / "theirs", files), here / "problems" / "waves")
    assert found.scored[0].metrics["count"] == 40
    assert "top" not in found.scored[0].metrics
    assert "top" not in found.scored[0].feedback
    assert found.scored[0].stages[0].outputs["private"]["top"] == max(WAVES)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"initial_program.py": None}, "no layout that is known"),
        ({"evaluator.py": "def score(path): ...\n"}, "no layout that is known"),
        ({"main.py": PARTS, "initial_program.py": None}, "no layout that is known"),
    ],
)
def test_a_folder_without_a_layout_says_what_was_looked_for(here, files, words):
    (here / "theirs").mkdir()
    with pytest.raises(SpecError, match=words):
        find_bridge(write(here / "theirs", files))
    with pytest.raises(SpecError, match="no such folder"):
        find_bridge(here / "nowhere")


def test_the_command_says_what_came_over_and_what_is_amiss(here, capsys):
    files, score = FOLDERS["openevolve, a mapping"]
    write(here / "theirs", {**files, "requirements.txt": "nowhere\n"})
    assert main(["new", "waves", "--from", "theirs"]) == 0
    said = capsys.readouterr().out
    assert f"its first program scores {score!r}" in said
    assert "trust: shared" in said
    broken = files["evaluator.py"].replace("def evaluate", "import nowhere_at_all\n\n\ndef evaluate")
    write(here / "others", {"evaluator.py": broken})
    assert main(["new", "broken", "--from", "others"]) == 1
    said = capsys.readouterr()
    assert "nowhere_at_all" in said.err
    assert (here / "problems" / "broken" / "problem.yaml").is_file()
    assert main(["new", "waves", "--from", "theirs"]) == 1
    assert "exists already" in capsys.readouterr().err


def test_a_run_of_it_is_killed_goes_on_and_is_made_again(here, capsys):
    """kill -9 in the middle, resume, and replay --execute: the log is that of a run that was never stopped."""
    files, _ = FOLDERS["openevolve, a mapping"]
    slow = files["evaluator.py"].replace("    return {", "    import time; time.sleep(0.05)\n    return {")
    carry_over(write(here / "theirs", {"evaluator.py": slow}), here / "problems" / "waves")
    config = ["--set", "budget.tickets=12", "--set", "islands.count=1"]
    command = [sys.executable, "-m", "evo", "run", "waves", *config]
    process = subprocess.Popen(command, cwd=here, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while not list(here.glob("runs/2*/run.db")) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.4)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (folder,) = (here / "runs").glob("2*-waves-*")
    assert main(["resume", folder.name]) == 0
    assert main(["run", "waves", *config]) == 0
    first, second = (
        json.loads(_told(capsys, "status", each.name, "--json"))
        for each in sorted((here / "runs").glob("2*-waves-*"), key=os.path.getctime)
    )
    assert first["log_hash"] == second["log_hash"]
    assert first["trust"] == "shared"
    assert main(["replay", folder.name, "--execute"]) == 0


def _told(capsys, *words):
    capsys.readouterr()
    assert main(list(words)) == 0
    return capsys.readouterr().out
