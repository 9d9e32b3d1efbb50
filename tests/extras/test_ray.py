"""The Ray executor on four nodes of this machine: the contract of executors, and what becomes of lost nodes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

import pytest

from evo.errors import EvoError
from evo.execute.ray import RayCluster
from evo.records import StageStatus
from evo.store.reading.view import open_run
from evo.testing import ExecutorContract
from evo.testing.tasks import CONTROL, LIMITS, SLEEPER, task
from tests.extras.ray_nodes import ROOT, Nodes

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="ray is not installed"),
    pytest.mark.filterwarnings("default"),  # of packages that are not ours
]
NAP = "import time\ndef entry(n):\n    time.sleep(1)\n    return n\n"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    found = Nodes(tmp_path_factory.mktemp("ray"))
    yield found
    found.end()


@pytest.fixture
def own_nodes(tmp_path):
    found = Nodes(tmp_path)
    yield found
    found.end()


class TestRayCluster(ExecutorContract):
    @pytest.fixture(autouse=True)
    def _nodes(self, nodes):
        self.nodes = nodes

    def make(self):
        return RayCluster(address=self.nodes.address, workers=1, token=str(self.nodes.token))


def of(nodes, **options):
    return RayCluster(address=nodes.address, token=str(nodes.token), **{"workers": 4, **options})


async def used(options, body):
    executor = options.open()
    try:
        return await body(executor)
    finally:
        await executor.close()


def processes(mark):
    """Return the processes whose command line or own words hold a mark."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                if mark in (each / "cmdline").read_bytes():
                    found.append(int(each.name))
            except OSError:
                continue
    return found


PROBLEM = {
    "slow/problem.yaml": """
        name: slow
        summary: the number nearest to 0.3
        program: {entry: number}
        objective: {name: closeness, direction: maximize}
        measures: {value: {low: 0, high: 1, meaning: the number}}
        params: {tally: /dev/null}
        limits: {cpu_seconds: 2, memory_mb: 128, output_kb: 20, judge_seconds: 2}
        """,
    "slow/evaluate.py": """
        import time
        from evo.judging import Invalid, number

        def evaluate(output, params):
            value = float(number(output, "the number"))
            with open(params["tally"], "a") as file:
                file.write(f"{value!r}\\n")
            time.sleep(0.8)
            if not 0 <= value <= 1:
                raise Invalid("it lies outside [0, 1]")
            return {"objective": -abs(value - 0.3), "measures": {"value": value}}
        """,
    "slow/brief.md": "Return the number 0.3, or one near it.\n",
    "slow/seeds/far.py": "def number(seed, tally):\n    return 0.8\n",
}
TICKETS = 60
PATIENCE = "RAY_gcs_rpc_server_reconnect_timeout_s"


@pytest.fixture
def folder(tmp_path):
    for name, text in PROBLEM.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(dedent(text).lstrip())
    return tmp_path


def config(folder, name, executor):
    lines = [
        "problem: ./slow",
        f"params: {{tally: {folder / name}.tally}}",
        "seed: 5",
        f"budget: {{tickets: {TICKETS}}}",
        "emitters: [{use: tune}]",
        "schedule: {slots: 8, window: 8, commit: ordered}",
        f"executor: {executor}",
    ]
    (folder / f"{name}.yaml").write_text("\n".join(lines) + "\n")


def on(nodes):
    return f"{{use: ray, address: '{nodes.address}', token: {nodes.token}, workers: 4, patience: 40}}"


def typed(folder, *words, where="runs"):
    # Who has lost the head gives it up after so many seconds, where a minute is usual.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default", PATIENCE: "3"}
    command = [sys.executable, "-m", "evo", *words, "--quiet", "--runs-dir", str(folder / where)]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def ended(process, code=0):
    out, err = process.communicate(timeout=400)
    assert process.returncode == code, (process.returncode, out.decode(), err.decode())
    return err.decode()


def runs_in(folder, where="runs"):
    return list((folder / where).glob("2*"))


def committed(folder, count, process):
    """Wait until a run has so many commits and return the values whose scores are among them."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        if runs_in(folder) and (runs_in(folder)[-1] / "run.db").exists():
            with open_run(runs_in(folder)[-1]) as view:
                commits = list(view.commits())
            if len(commits) >= count:
                return {
                    repr(commit.evaluation.measures["value"])
                    for commit in commits
                    if commit.evaluation and "value" in commit.evaluation.measures
                }
        time.sleep(0.1)
    raise AssertionError(f"no {count} commits")


def log_hash(folder, where="runs"):
    (run,) = runs_in(folder, where)
    with open_run(run) as view:
        assert len(list(view.commits())) == TICKETS
        return view.status()["log_hash"]


def judged_twice(folder, name, values):
    """Return which of these values were judged again; the best is, when a run ends."""
    lines = (folder / f"{name}.tally").read_text().split()
    best = min(lines, key=lambda line: abs(float(line) - 0.3))
    return {value for value in values if lines.count(value) > 1} - {best}


def test_a_lost_node_costs_no_result_and_a_full_cluster_waits(own_nodes):
    async def body(executor):
        naps = [asyncio.create_task(executor.run(task(NAP, limits=LIMITS))) for _ in range(12)]
        await asyncio.sleep(1.5)
        await asyncio.to_thread(own_nodes.tell, "kill 0")
        return await asyncio.gather(*naps)

    for result in asyncio.run(used(of(own_nodes), body)):
        assert result.status is StageStatus.SUCCESS, result


@pytest.fixture
def expected(folder):
    """Return the hash of the log that this machine's own executor makes."""
    config(folder, "here", "{use: local, workers: 2}")
    ended(typed(folder, "run", "here.yaml", where="here"))
    return log_hash(folder, "here")


def test_a_lost_node_and_a_killed_driver_leave_the_log_as_it_is_here(own_nodes, folder, expected):
    config(folder, "there", on(own_nodes))
    running = typed(folder, "run", "there.yaml")
    committed(folder, 6, running)
    own_nodes.tell("kill 0")
    known = committed(folder, 14, running)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    # Its sites are gone with it, and what it had acknowledged is not asked for again.
    _gone("ray::RaySite")
    ended(typed(folder, "resume"))
    assert log_hash(folder) == expected
    assert judged_twice(folder, "there", known) == set()


def test_what_is_wrong_is_said(nodes, tmp_path):
    wrong = tmp_path / "token"
    wrong.write_text("0" * 64)
    cases = {
        "no token for the cluster": RayCluster(address=nodes.address),
        "a file that holds the cluster's token": RayCluster(address=nodes.address, token="/nowhere/token"),
        "cannot be joined": RayCluster(address=nodes.address, token=str(wrong)),
        "nothing answers at": RayCluster(address="127.0.0.1:1", token=str(nodes.token)),
        "no node had room for a site": of(nodes, gpus=1.0, patience=4.0),
        "within 4 s": of(nodes, resources={"unicorn": 1.0}, patience=4.0),
    }
    for words, options in cases.items():
        with pytest.raises(EvoError) as caught:
            options.open()
        assert words in str(caught.value), caught.value
    with pytest.raises(EvoError, match="expected local, auto"):
        RayCluster(address="ray://head:10001")


def test_a_cluster_of_its_own_leaves_nothing_behind():
    async def body(executor):
        sleeping = asyncio.create_task(executor.run(task(SLEEPER, limits=LIMITS)))
        assert (await executor.run(task(CONTROL))).output == b'[3,"honest"]'
        folder = executor._folder
        assert (folder / "token").stat().st_mode & 0o777 == 0o600
        sleeping.cancel()
        return folder

    folder = asyncio.run(used(RayCluster(workers=2), body))
    assert not folder.exists()
    assert not [pid for pid in processes(str(folder).encode()) if pid != os.getpid()]


def _gone(mark, seconds=60.0):
    end = time.monotonic() + seconds
    while found := processes(mark.encode()):
        assert time.monotonic() < end, found
        time.sleep(0.2)
