"""Completion in shells: what is offered, that bash's own way of breaking words is mended, and that it stays cheap."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.completion import mend_words
from tests.render.small_run import C, E
from tests.yardstick import cpu_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def offered(evo, small_runs, monkeypatch):
    def ask(*words):
        monkeypatch.setenv("EVO_RUNS", str(small_runs))
        monkeypatch.setenv("_EVO_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", "\n".join(["evo", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        result = evo()
        assert (result.code, result.err) == (0, "")
        return result.out.split()

    return ask


def asked(words, environment):
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_what_is_offered(offered):
    assert offered("stat") == ["status"]
    assert offered("status", "") == ["@last", "20260101-120000-toy-3fa9"]
    assert offered("status", "3f") == ["3fa9"]
    assert offered("show", E.id[:3]) == [E.id[:8]]
    assert offered("score", "circle_packing/") == [f"circle_packing/{n}" for n in (26, 32, 41, 42)]
    assert offered("run", "circle_packing/3") == ["circle_packing/32"]
    assert offered("run", "smo") == ["smoke"]
    assert offered("check", "smo") == ["smoke"]
    assert offered("export", "3fa9", "--operator", "cr") == ["crossover"]
    assert offered("export", "3fa9", "--model", "") == ["fast"]
    assert offered("export", "--outcome", "du") == ["duplicate"]
    assert "--descendants" in offered("lineage", "--d")


def test_bash_breaks_words_at_marks(offered):
    assert offered("show", "@", "b") == ["best"]
    assert offered("show", "3fa9", ":@", "s") == ["seed"]
    assert offered("show", "3fa9", ":", C.id[:4]) == [C.id[:8]]
    assert offered("diff", "@", "seed", "@", "be") == ["best"]


def test_nothing_there_offers_nothing(offered, small_runs):
    assert offered("status", "zz") == []
    assert offered("show", "nope:", "a") == []
    assert offered("show", "t4:zz") == []


@pytest.mark.parametrize(
    ("words", "mended", "there"),
    [
        ("evo show @ best", "evo show @best", "@"),
        ("evo show a1 :@ be", "evo show a1:@be", "a1:@"),
        ("evo diff @ seed b2 : 9f", "evo diff @seed b2:9f", "b2:"),
        ("evo run x --set a.b = 3", "evo run x --set a.b=3", "a.b="),
    ],
)
def test_words_are_put_together(words, mended, there):
    environment = {
        "_EVO_COMPLETE": "complete_bash",
        "COMP_WORDS": words.replace(" ", "\n"),
        "COMP_CWORD": str(words.count(" ")),
    }
    assert mend_words(environment) == there
    assert environment["COMP_WORDS"].split("\n") == mended.split()
    assert environment["COMP_CWORD"] == str(mended.count(" "))
    assert mend_words({**environment, "_EVO_COMPLETE": "complete_zsh"}) == ""


def test_completion_is_cheap_and_loads_nothing_heavy(small_runs):
    code = (
        "import sys; from evo.cli.main import main; main();"
        "print(sorted({'rich', 'sqlalchemy', 'yaml', 'numpy', 'networkx'} & set(sys.modules)))"
    )
    environment = {
        **os.environ,
        "_EVO_COMPLETE": "complete_bash",
        "COMP_WORDS": f"evo\nshow\n{E.id[:3]}",
        "COMP_CWORD": "2",
        "EVO_RUNS": str(small_runs),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = asked([sys.executable, "-c", code], environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.split("\n")[:2] == [E.id[:8], "[]"], done.stderr
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 4 * cpu_of("import typer")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_can_be_shown_and_installed(tmp_path, shell):
    environment = {**os.environ, "HOME": str(tmp_path), "SHELL": f"/bin/{shell}"}
    # The shell is found by looking at the parents of the process, which here is none.
    environment["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    call = [sys.executable, "-m", "evo"]
    shown = asked([*call, "--show-completion", shell], environment)
    assert shown.returncode == 0, shown.stderr
    assert f"complete_{shell}" in shown.stdout
