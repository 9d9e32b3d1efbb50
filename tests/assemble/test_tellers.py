"""Trackers at work in runs: the log is the same with them, whatever they do; nothing is missing or told twice."""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

import pytest

import evo
from evo.assemble import tellers
from evo.cli.main import main
from evo.config.run import load_config
from tests.third_party.place import FILES

ROOT = Path(__file__).parents[2]
CONFIG = """
problem: ./nearest
seed: 3
budget: {tickets: 14}
emitters: [{use: rewrite, llm: fast}]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, text in FILES.items():
        if name.startswith("nearest"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(dedent(text).lstrip())
    (tmp_path / "run.yaml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*trackers):
    """Run to the end; return the run and what it warned of."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", RuntimeWarning)
        view = evo.run(replace(load_config("run.yaml"), trackers=trackers))
    return view, [str(each.message) for each in said if each.category is RuntimeWarning]


RELEASED = threading.Event()


@dataclass(frozen=True, kw_only=True)
class Bad:
    """Does one thing wrong: raises in a method, ends the interpreter, or never comes back."""

    where: str

    def _wrong(self, place):
        if place != self.where:
            return
        if place == "exit":
            sys.exit(3)
        if place == "hang":
            RELEASED.wait(100)
        raise RuntimeError(f"no {place}")

    def open(self, run):
        self._wrong("open")
        return self

    def told(self):
        self._wrong("told")
        return evo.Told(commits=99 if self.where == "more" else 0)

    def tell(self, rows):
        for place in ("tell", "exit", "hang"):
            self._wrong(place)

    def close(self, state):
        self._wrong("close")


def test_the_log_is_the_same_and_what_a_tracker_does_wrong_is_said_once(folder, monkeypatch):
    monkeypatch.setattr(tellers, "PATIENCE_SECONDS", 1.0)
    plain, _ = run()
    bad = [Bad(where=place) for place in ("open", "told", "more", "tell", "exit", "hang", "close")]
    view, said = run("csv", *bad, "jsonl")
    RELEASED.set()
    assert view.status()["log_hash"] == plain.status()["log_hash"]
    assert (view.state(), len(said)) == ("finished", len(bad))
    for number, words in enumerate(
        ("no open", "no told", "holds 99 commits", "no tell", "SystemExit: 3", "within 1 s", "no close")
    ):
        assert len([each for each in said if each.startswith(f"trackers.{number + 1}:") and words in each]) == 1
    noted = [json.loads(line) for line in (view.folder / "diagnostics.jsonl").read_text().splitlines()]
    assert sorted(each["detail"] for each in noted if each["event"] == "tracker") == sorted(said)
    with (view.folder / "commits.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = list(view.table())
    assert [(row["ticket"], row["operator"], row["program"]) for row in rows] == [
        (str(row["ticket"]), row["operator"], row["program"] or "") for row in table
    ]
    scores = [float(row["objective"]) for row in rows if row["objective"]]
    assert float(rows[-1]["best"]) == max(scores) == view.best()[1]
    assert len((view.folder / "commits.jsonl").read_text().splitlines()) == 14


def test_a_tracker_that_joins_later_is_told_all_and_one_that_goes_no_more(folder, evo_cli):
    assert evo_cli("run", "run.yaml", "--quiet", "--set", "trackers=[csv]").code == 0
    done = evo_cli("resume", "--quiet", "--set", "budget.tickets=20", "--set", "trackers=[jsonl]")
    assert done.code == 0, done.err
    (place,) = (folder / "runs").iterdir()
    told = [json.loads(line) for line in (place / "commits.jsonl").read_text().splitlines()]
    assert [row["seq"] for row in told if row["entry"] == "commit"] == list(range(20))
    amended = next(row for row in told if row["entry"] == "event")
    assert "trackers=[jsonl]" in amended["data"]["set"]
    assert len((place / "commits.csv").read_text().splitlines()) == 15
    assert evo_cli("replay", "--execute").code == 0
    assert len((place / "commits.jsonl").read_text().splitlines()) == len(told)


@pytest.fixture
def evo_cli(capsys, monkeypatch):
    from types import SimpleNamespace

    monkeypatch.delenv("EVO_RUNS", raising=False)

    def typed(*words):
        code = main(list(words))
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return typed


def test_what_is_not_installed_is_refused_before_there_is_a_run(folder, evo_cli):
    (folder / "run.yaml").write_text(CONFIG + "trackers:\n  - csv\n  - {use: lacking.py:Lacking}\n")
    (folder / "lacking.py").write_text(
        "from dataclasses import dataclass\nimport evo\n\n@dataclass(frozen=True)\nclass Lacking(evo.Tracker):\n"
        "    def lacking(self):\n        return 'it needs a licence; get one'\n    def open(self, run): ...\n"
    )
    for verb in ("run", "check"):
        refused = evo_cli(verb, "run.yaml")
        assert refused.code == 3
        assert "run.yaml:8:" in refused.err + refused.out
        assert "it needs a licence; get one" in refused.err + refused.out
    assert not (folder / "runs").exists()


@pytest.mark.parametrize("use", ["tensorboard", "mlflow", "wandb"])
def test_an_extra_says_how_to_get_it(folder, evo_cli, use):
    from importlib.util import find_spec

    if find_spec(use):
        pytest.skip(f"{use} is installed")
    refused = evo_cli("run", "run.yaml", "--set", f"trackers=[{use}]")
    assert refused.code == 3
    assert f"pip install 'evo-search[{use}]'" in refused.err


def test_its_secret_is_shown_nowhere(folder, monkeypatch):
    monkeypatch.setenv("DIARY_KEY", "sk-diary-93f1aa27")
    view, said = run(Leaky(where="tell", key_env="DIARY_KEY"))
    assert "sk-diary" not in "".join(said)
    for path in view.folder.rglob("*"):
        assert not path.is_file() or b"sk-diary" not in path.read_bytes(), path


@dataclass(frozen=True, kw_only=True)
class Leaky(Bad):
    key_env: str = ""

    def tell(self, rows):
        raise RuntimeError(f"401: bad key {os.environ[self.key_env]}")


def test_killed_again_and_again_nothing_is_missing_and_nothing_told_twice(folder):
    words = ["--set", "budget.tickets=60", "--set", "trackers=[csv, jsonl]", "--quiet"]
    command = [sys.executable, "-m", "evo"]
    clean = {**os.environ, "PYTHONPATH": str(ROOT)}
    first = ["run", "run.yaml", *words]
    for number in range(2):
        process = subprocess.Popen([*command, *(first if not number else ["resume", "--quiet"])], env=clean)
        _until(folder, 14 * (number + 1), process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (place,) = (folder / "runs").glob("2*")
    subprocess.run([*command, "resume", "--quiet"], env=clean, check=True, stdout=subprocess.PIPE)
    told = [json.loads(line) for line in (place / "commits.jsonl").read_text().splitlines()]
    assert [row["seq"] for row in told if row["entry"] == "commit"] == list(range(60))
    with (place / "commits.csv").open(newline="") as file:
        assert [int(row["seq"]) for row in csv.DictReader(file)] == list(range(60))
    assert [row["tokens"] for row in told] == sorted(row["tokens"] for row in told)


def _until(folder, lines, process):
    """Wait until a tracker was told of so many commits."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        found = list((folder / "runs").glob("2*/commits.jsonl"))
        if found and found[0].read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.02)
    raise AssertionError(f"not told of {lines} commits")
