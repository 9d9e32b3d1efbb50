"""`evo` as a function: words in, exit code and both streams out."""

import shutil
from dataclasses import dataclass

import pytest

from evo.cli.main import main
from tests.cli.real_run import SMALL
from tests.render.small_run import write_run


@dataclass
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def evo(capsys, monkeypatch):
    monkeypatch.delenv("EVO_RUNS", raising=False)
    monkeypatch.delenv("EVO_DEBUG", raising=False)

    def call(*words):
        capsys.readouterr()
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="module")
def small_runs(tmp_path_factory):
    """A folder with one small run, made without any process; tests only read it."""
    runs = tmp_path_factory.mktemp("small") / "runs"
    write_run(runs / "20260101-120000-toy-3fa9")
    return runs


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def read(evo, small_runs):
    """`evo` on the one small run."""
    return lambda *words: evo(*words, "--runs-dir", small_runs)


@pytest.fixture(scope="module")
def two_runs(small_runs, tmp_path_factory):
    """The small run, and one like it that ended early and is newer."""
    runs = shutil.copytree(small_runs, tmp_path_factory.mktemp("two") / "runs")
    write_run(runs / "20260102-120000-toy-b2b2", run_id="20260102-120000-toy-b2b2", created=2.0, most=3)
    return runs


@pytest.fixture
def read_two(evo, two_runs):
    """`evo` on both."""
    return lambda *words: evo(*words, "--runs-dir", two_runs)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of 8 tickets that was begun and ended by `evo run`."""
    runs = tmp_path_factory.mktemp("finished") / "my runs"
    assert main(["run", "smoke", "--quiet", *SMALL, "--set", "budget.tickets=8", "--runs-dir", str(runs)]) == 0
    return runs
