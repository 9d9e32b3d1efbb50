"""The trackers that need packages of their own: their contract, and runs that are killed while they are told."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from evo.testing import TrackerContract
from evo.trackers import wandb_file
from evo.trackers.mlflow import MLflow
from evo.trackers.tensorboard import TensorBoard
from evo.trackers.wandb import Wandb
from tests.third_party.place import FILES

ROOT = Path(__file__).parents[2]
USES = ("tensorboard", "mlflow", "wandb")
CONFIG = """
problem: ./nearest
seed: 3
budget: {tickets: 60}
emitters: [{use: rewrite, llm: fast}]
trackers: [csv, tensorboard, {use: mlflow, uri: "sqlite:///told.db"}, wandb]
"""
pytestmark = pytest.mark.filterwarnings("default")  # of packages that are not ours


class TestTensorBoard(TrackerContract):
    def make(self):
        return TensorBoard()


class TestMLflow(TrackerContract):
    @pytest.fixture(autouse=True)
    def _database(self, tmp_path):
        self.uri = f"sqlite:///{tmp_path}/told.db"

    def make(self):
        return MLflow(uri=self.uri)


class TestWandb(TrackerContract):
    def make(self):
        return Wandb()


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        if name.startswith("nearest"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(dedent(text).lstrip())
    (tmp_path / "run.yaml").write_text(CONFIG)
    return tmp_path


def typed(folder, *words):
    # W&B leaves the address of its service in the environment of whoever used it: of these tests.
    clean = {name: value for name, value in os.environ.items() if name != "WANDB_SERVICE"}
    environment = {**clean, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}
    command = [sys.executable, "-m", "evo", *words, "--quiet"]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def only_run(folder):
    (found,) = (folder / "runs").glob("2*")
    return found


def test_killed_twice_every_destination_has_every_commit_once(folder):
    missing = [use for use in USES if not _there(use)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    for number, words in enumerate((("run", "run.yaml"), ("resume",))):
        process = typed(folder, *words)
        _until(folder, 15 * (number + 1), process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    # On a busy machine a destination may not take all of it within the time that a run waits; then a resume tells it.
    for _ in range(4):
        last = typed(folder, "resume")
        out, err = last.communicate(timeout=600)
        assert last.returncode == 0, (out, err)
        if b"did not take what was told" not in err:
            break
    assert b"tracker" not in err, err
    run = only_run(folder)
    with (run / "commits.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    bests = [float(row["best"]) for row in rows]
    assert _tensorboard(run) == pytest.approx(dict(enumerate(bests)))
    assert _mlflow(folder, run.name) == dict(enumerate(bests))
    assert _wandb(run) == dict(enumerate(bests))


def _there(use):
    from importlib.util import find_spec

    return find_spec(use) is not None


def _until(folder, lines, process):
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        found = list((folder / "runs").glob("2*/commits.csv"))
        if found and found[0].read_bytes().count(b"\n") > lines:
            return
        time.sleep(0.02)
    raise AssertionError(f"not told of {lines} commits", process.communicate())


def _once(pairs):
    """Return step -> value, if no step comes twice."""
    pairs = list(pairs)
    assert len(dict(pairs)) == len(pairs), "told twice"
    return dict(pairs)


def _tensorboard(run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(run / "tensorboard"), size_guidance={"scalars": 0})
    found.Reload()
    return _once((each.step, each.value) for each in found.Scalars("best"))


def _mlflow(folder, run):
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{folder}/told.db")
    experiment = client.get_experiment_by_name("evo").experiment_id
    (found,) = client.search_runs([experiment], filter_string=f"tags.`evo.run` = '{run}'")
    assert found.info.status == "FINISHED"
    return _once((each.step, each.value) for each in client.get_metric_history(found.info.run_id, "best"))


def _wandb(run):
    from wandb.proto.wandb_internal_pb2 import Record

    found = []
    for path in sorted(run.glob("wandb/offline-run-*/*.wandb")):
        for data in wandb_file._records(path.read_bytes()):
            history = Record.FromString(data).history
            found += [
                (history.step.num, json.loads(item.value_json))
                for item in history.item
                if "best" in (item.key, *item.nested_key)
            ]
    return _once(found)


@pytest.mark.parametrize("use", USES)
def test_a_destination_that_cannot_be_opened_harms_no_run(folder, use):
    if not _there(use):
        pytest.skip(f"{use} is not installed")
    where = {"tensorboard": "path: /proc/no", "mlflow": "uri: 'sqlite:////proc/no.db'", "wandb": "path: /proc/no"}[use]
    done = typed(folder, "run", "run.yaml", "--set", f"trackers=[{{use: {use}, {where}}}]")
    _, err = done.communicate(timeout=300)
    assert done.returncode == 0, err
    assert err.decode().count("The run goes on without it") == 1
