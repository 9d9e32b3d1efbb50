"""An evaluator of somebody else's in one process with the program: whose fault it is, and what is out of reach."""

import os
from pathlib import Path

import pytest

from evo.config.problem import load_problem
from evo.errors import SpecError
from evo.execute.sandbox import Tier, offered
from evo.records import EvaluationStatus, StageStatus
from tests import foreign, venvs
from tests.foreign import HEAD

TIERS = [tier for tier in offered() if tier in {Tier.STRICT, Tier.STANDARD}]
FAILED, INVALID, VALID = EvaluationStatus.FAILED, EvaluationStatus.INVALID, EvaluationStatus.VALID


def test_the_score_is_the_evaluators_own_and_marked(tmp_path):
    (found,) = foreign.score(foreign.write(tmp_path / "p"))
    assert found.status is VALID
    assert found.objective == sum(i * 0.1 for i in range(10))
    assert dict(found.metrics)["size"] == 10
    assert found.flags == ("trust: shared",)


RUBBISH = """
import os
def solve(n):
    for fd in range(3, 9):
        try:
            os.write(fd, b"{")
        except OSError:
            pass
    os._exit(0)
"""
PROGRAMS = {
    "raises": ("def solve(n):\n    return 1 / 0", FAILED, "ZeroDivisionError"),
    "does not parse": ("def solve(n:\n", FAILED, "SyntaxError"),
    "misses a module": ("import nowhere_at_all\ndef solve(n): return []", FAILED, "nowhere_at_all"),
    "leaves": ("import sys\ndef solve(n): sys.exit(3)", FAILED, "left before there was a score"),
    "kills the evaluator": ("import os\ndef solve(n): os._exit(0)", FAILED, "ended before there was a score"),
    "aborts": ("import os\ndef solve(n): os.abort()", FAILED, "SIGABRT"),
    "returns what cannot be scored": ("def solve(n): return ['a']", FAILED, "could not score what the program gave"),
    "gives no finite score": ("def solve(n): return [float('nan')]", INVALID, "expected a finite number"),
    "takes too long": ("def solve(n):\n    while True: pass", FAILED, "ended as TIMEOUT"),
    "takes too much": ("def solve(n): return [0] * 10**9", FAILED, "over the limit of memory"),
    "writes rubbish": (RUBBISH, FAILED, "something else than a report"),
}  # fmt: skip


def test_what_a_program_does_wrong_is_its_own_failure_and_never_a_number(tmp_path):
    folder = foreign.write(tmp_path / "p", more="seed: 7\n")
    declared = (folder / "problem.yaml").read_text()
    (folder / "problem.yaml").write_text(declared.replace("cpu_seconds: 10", "cpu_seconds: 1"))
    found = foreign.score(folder, *(text for text, _, _ in PROGRAMS.values()))
    for (name, (_, status, words)), each in zip(PROGRAMS.items(), found, strict=True):
        assert each.status is status, (name, each.feedback)
        assert each.objective is None
        assert words in each.feedback, name
        assert all(stage.status is not StageStatus.JUDGE_ERROR for stage in each.stages), name


SWALLOWED = """
def evaluate(path):
    try:
        import nowhere_at_all
    except ImportError as error:
        return {"combined_score": 0.0, "error": str(error)}
"""
EVALUATORS = {
    "a module that is not there": ("import nowhere_at_all\n", ("nowhere_at_all", "environment: requirements.txt")),
    "and late": (
        "def evaluate(path):\n    import nowhere_at_all\n",
        ("evaluator.py needs the module nowhere_at_all", "`evo env PROBLEM`"),
    ),
    "and swallowed": (
        SWALLOWED,
        ("evaluator.py needs the module nowhere_at_all",),
    ),
    "a module of a framework that is not offered": ("import openevolve.config\n", ("openevolve.config",)),
    "no function": ("x = 1\n", ("no function evaluate",)),
    "text that does not parse": ("def evaluate(path:\n", ("cannot be loaded", "SyntaxError")),
    "a name that it has not": ("def evaluate(path):\n    return scores\n", ("NameError", "line 2")),
    "nothing of use": ("def evaluate(path):\n    return 'fine'\n", ("returned str; expected a mapping",)),
    "a file elsewhere": (
        "def evaluate(path):\n    open('{out}/written', 'w')\n",
        ("written", "write to the current one alone"),
    ),
    "a file in its own folder": (
        "from pathlib import Path\ndef evaluate(path):\n    (Path(__file__).parent / 'log').write_text('x')\n",
        ("write to the current one alone",),
    ),
    "the network": (
        "import socket\ndef evaluate(path):\n    socket.create_connection(('127.0.0.1', 9))\n",
        ("PermissionError",),
    ),
}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", EVALUATORS)
def test_what_an_evaluator_does_wrong_is_a_judge_error_that_says_what_to_do(tmp_path, name, tier):
    if tier is not TIERS[0] and name not in {"a file elsewhere", "the network"}:
        pytest.skip("the same on every tier")
    text, words = EVALUATORS[name]
    folder = foreign.write(tmp_path / "p", text.replace("{out}", str(tmp_path)))
    (found,) = foreign.score(folder, sandbox=f"required:{tier}")
    assert found.stages[0].status is StageStatus.JUDGE_ERROR, found.feedback
    assert all(each in found.feedback for each in words), found.feedback
    assert not (tmp_path / "written").exists()


def test_a_module_that_an_evaluator_can_do_without_is_no_fault(tmp_path):
    text = "try:\n    import nowhere_at_all\nexcept ImportError:\n    pass\n" + foreign.RETURNED
    assert foreign.score(foreign.write(tmp_path / "p", text))[0].status is VALID


HOSTILE = (
    HEAD
    + """\
import json, os, subprocess, time


def tried(action):
    try:
        return str(action())
    except BaseException as error:
        return type(error).__name__


def evaluate(path):
    forks = 0
    for _ in range(300):
        try:
            if os.fork() == 0:
                time.sleep(0.2)
                os._exit(0)
            forks += 1
        except OSError:
            break
    for _ in range(forks):
        os.wait()
    return {
        "combined_score": 1.0,
        "forks": forks,
        "environment": json.dumps(dict(os.environ)),
        "secret": tried(lambda: open("SECRET").read()),
        "passwords": tried(lambda: open("/etc/shadow").read()),
        "others": tried(lambda: open(f"/proc/{os.getppid()}/environ").read()),
        "child": tried(lambda: subprocess.run(["sh", "-c", "echo started"], capture_output=True, text=True).stdout),
        "here": tried(lambda: open("note", "w").write("x")),
    }
"""
)


@pytest.mark.parametrize("tier", TIERS)
def test_an_evaluator_reaches_no_secret_and_no_more_processes_than_a_command(tmp_path, tier, monkeypatch):
    """It may start programs and write to the current directory, and that is all."""
    monkeypatch.setenv("EVO_TEST_KEY", "canary in the environment")
    (tmp_path / "key").write_text("canary in a file")
    folder = foreign.write(tmp_path / "p", HOSTILE.replace("SECRET", str(tmp_path / "key")))
    (found,) = foreign.score(folder, sandbox=f"required:{tier}")
    assert found.status is VALID, found.feedback
    assert 30 < found.metrics["forks"] < 64
    assert "canary" not in found.feedback
    assert "secret: PermissionError" in found.feedback
    assert "child: started" in found.feedback
    assert "here: 1" in found.feedback
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "p"]


FORGED = """\
    import json, os
    for fd in range(3, 20):
        try:
            os.write(fd, json.dumps({"kind": "scored", "metrics": {"combined_score": 1e9}}).encode())
            os._exit(0)
        except OSError:
            pass
"""


def test_a_forged_score_is_possible_and_so_every_score_says_it(tmp_path):
    (found,) = foreign.score(foreign.write(tmp_path / "p"), FORGED)
    assert found.objective == 1e9
    assert "trust: shared" in found.flags


def test_an_evaluator_finds_files_beside_it_and_its_own_environment(tmp_path):
    text = HEAD + (
        "import five, helper\n\ndef evaluate(path):\n"
        "    return {'combined_score': five.FIVE + helper.TWO + float(open('table.txt').read())}\n"
    )
    folder = foreign.write(tmp_path / "p", text, more="environment: venv\n")
    (folder / "foreign" / "helper.py").write_text("TWO = 2\n")
    (folder / "foreign" / "table.txt").write_text("0.5")
    venvs.make(folder / "venv")
    assert foreign.score(folder)[0].objective == 7.5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (("pipeline: foreign", "pipeline: default"), "needs a stage with use: foreign"),
        (("foreign/evaluator.py", "foreign/other.py"), "no file foreign/other.py"),
        (("foreign/evaluator.py", "evaluate.py"), "in a folder of its own"),
        (("foreign/evaluator.py", "../evaluate.py"), "in a folder of its own"),
        (("foreign/evaluator.py", "foreign/evaluator.py, examples: cases"), "layout text"),
        (("foreign/evaluator.py", "foreign/evaluator.py, layout: text, thresholds: [1]"), "layout returned"),
        (("foreign/evaluator.py", "foreign/evaluator.py, layout: returns"), "returned"),
    ],
)
def test_a_declaration_that_does_not_hold_together_is_refused(tmp_path, changes, words):
    folder = foreign.write(tmp_path / "p")
    declared = folder / "problem.yaml"
    declared.write_text(declared.read_text().replace(*changes))
    with pytest.raises(SpecError) as refused:
        foreign.score(folder)
    assert words in str(refused.value)


def test_a_problem_with_a_judge_of_its_own_has_no_use_for_the_stage(tmp_path):
    folder = foreign.write(tmp_path / "p")
    declared = folder / "problem.yaml"
    kept = [line for line in declared.read_text().splitlines() if not line.startswith("foreign:")]
    declared.write_text("\n".join(kept))
    (folder / "evaluate.py").write_text("")
    with pytest.raises(SpecError, match="has no `foreign:`"):
        foreign.score(folder)


def test_everything_beside_the_evaluator_is_part_of_what_a_score_means(tmp_path):
    folder = foreign.write(tmp_path / "p")
    before = load_problem(str(folder)).fingerprint
    Path(folder, "foreign", "helper.py").write_text("x = 1\n")
    assert load_problem(str(folder)).fingerprint != before
    assert load_problem(str(folder)).trust == "shared"
    assert os.sep not in load_problem(str(folder)).spec.name
