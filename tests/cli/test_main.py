"""The boundary: every error becomes a message and an exit code, and starting is cheap."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.verbs import VERBS
from tests.yardstick import cpu_of

ROOT = Path(__file__).parents[2]
# It writes no run and reads none.
RUNLESS = {"mock-server"}
# Its own verbs have the examples.
GROUPS = {"eggroll", "skill"}


def test_help_and_version(evo):
    assert evo("--help").code == 0
    assert re.fullmatch(r"evo \S+\n", evo("--version").out)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in GROUPS])
def test_every_verb_has_help_takes_runs_dir_and_stands_in_the_docs(evo, verb):
    result = evo(verb, "--help")
    assert result.code == 0
    assert "--runs-dir" in result.out or verb in RUNLESS
    section = re.search(rf"^## {verb}$(.*?)(?=^## |\Z)", (ROOT / "docs/cli.md").read_text(), re.MULTILINE | re.DOTALL)
    assert section, f"docs/cli.md has no section on {verb}"
    assert f"$ evo {verb}" in section[1]
    for option in re.findall(r"^\s+(?:-\w, )?(--[a-z-]+)", result.out, re.MULTILINE):
        assert option in {"--help", "--runs-dir"} or option in section[1], option


def test_no_verb_in_the_docs_that_does_not_exist():
    headings = re.findall(r"^## ([a-z-]+)$", (ROOT / "docs/cli.md").read_text(), re.MULTILINE)
    assert headings == list(VERBS)


def broken(*_, **__):
    raise ZeroDivisionError("by zero")


def test_the_unexpected_is_one_line_and_a_hint(evo, monkeypatch, small_runs):
    monkeypatch.setattr("evo.render.tables.status", broken)
    result = evo("status", "--runs-dir", small_runs)
    assert result.code == 1
    assert "ZeroDivisionError: by zero" in result.err
    assert "EVO_DEBUG=1" in result.err
    assert "Traceback" not in result.err
    monkeypatch.setenv("EVO_DEBUG", "1")
    assert "Traceback" in evo("status", "--runs-dir", small_runs).err


def test_an_interrupt_anywhere_is_130(evo, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("evo.cli.lookup.open_named", interrupted)
    assert evo("status").code == 130


def process(*words, **more):
    return subprocess.Popen([sys.executable, "-m", "evo", *words], cwd=ROOT, stderr=subprocess.PIPE, text=True, **more)


def test_help_is_cheap():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with process("--help", stdout=subprocess.DEVNULL) as running:
        assert running.wait() == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 3 * cpu_of("import typer")


def test_help_loads_nothing_heavy():
    heavy = "{'rich', 'sqlalchemy', 'pydantic', 'numpy', 'networkx', 'asyncio'}"
    code = f"import sys; from evo.cli.main import main; main(['--help']); print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_leaves_is_no_error(small_runs):
    read, write = os.pipe()
    os.close(read)
    with process("status", "--json", "--runs-dir", str(small_runs), stdout=write) as running:
        os.close(write)
        assert running.stderr.read() == ""
        assert running.wait() == 1


def test_an_encoding_that_lacks_a_character_stops_nothing(small_runs):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    with process("lineage", "--runs-dir", str(small_runs), stdout=subprocess.PIPE, env=environment) as running:
        assert "crossover" in running.stdout.read()
        assert running.wait() == 0
