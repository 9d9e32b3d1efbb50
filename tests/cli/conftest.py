"""`evo` as a function: words in, exit code and both streams out."""

from dataclasses import dataclass

import pytest

from evo.cli.main import main
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
