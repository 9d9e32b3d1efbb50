"""Insights, full lineage and templates of a run's own with real processes: killed or not, the log is the same."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from evo.cli.main import main
from evo.llm.mock.server import MockServer, serving
from evo.llm.model import LLMContext
from evo.llm.offline import Offline
from evo.llm.openai.options import OpenAI
from evo.propose.insights import parse
from evo.records import Prompt, Request
from evo.store.reading.view import open_run

ROOT = Path(__file__).parents[2]
CONFIG = """
extends: base.yaml
problem: circle_packing/26
params: {work: 1}
budget: {tickets: 16}
archive: {measures: {radius_spread: {cells: 8}, wall_share: {cells: 6}}}
insights: {arm: 0.6}
prompts: {templates: words, lineage: full}
"""
REPAIR = (
    "{% import 'parts.j2' as parts %}Operator: repair\n\n{{ parts.program('Parent', parents[0], c.objective, true) }}"
)


def command(*args, runs):
    return [sys.executable, "-m", "evo", *args, "--runs-dir", str(runs)]


def evo(*args, runs):
    done = subprocess.run(command(*args, runs=runs), cwd=ROOT, capture_output=True, text=True, check=False, timeout=500)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture
def read(capsys):
    """Return a function from a verb that runs nothing to its exit code and what it prints."""

    def call(*args):
        capsys.readouterr()
        code = main([str(arg) for arg in args])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def log_hash(runs):
    with open_run(next(runs.glob("2*"))) as view:
        return view.status()["log_hash"]


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("config")
    (folder / "mine.yaml").write_text(CONFIG)
    (folder / "words").mkdir()
    (folder / "words" / "repair.j2").write_text(REPAIR)
    return folder / "mine.yaml"


@pytest.fixture(scope="module")
def plain(config, tmp_path_factory):
    runs = tmp_path_factory.mktemp("plain")
    evo("run", str(config), runs=runs)
    return runs


def test_compare_says_whether_insights_pay(plain, read):
    data = json.loads(read("compare", "@last", "--json", "--runs-dir", plain)[1])
    found = data["runs"][0]["insights"]
    with closing(sqlite3.connect(next(plain.glob("*/run.db")))) as db:
        halves = dict(db.execute("SELECT arm, count(*) FROM arms GROUP BY arm"))
    assert found["improved"]["counted"] == [halves["SHOWN"], halves["WITHHELD"]]
    assert sum(halves.values()) <= 16 - 3, "seeds have no arm"
    assert found["asked"]["answers"] > 0
    assert found["asked"]["bad"] == {}
    assert data["groups"][0]["insights"]["improved"] == found["improved"]
    drawn = read("compare", "@last", "--runs-dir", plain)[1]
    assert "do they pay?" in drawn
    assert f"{found['asked']['answers']} answers of the analyst" in drawn


def test_a_run_keeps_its_templates(plain, read):
    folder = next(plain.glob("2*"))
    assert (folder / "prompts" / "repair.j2").read_text() == REPAIR
    (folder / "prompts" / "repair.j2").write_text(REPAIR + "more")
    code, _, said = read("resume", "--runs-dir", plain)
    assert code == 1
    assert "templates were edited" in said
    (folder / "prompts" / "repair.j2").write_text(REPAIR)
    evo("resume", runs=plain)


def test_check_reads_the_templates(config, read):
    words = config.parent / "words"
    code, _, said = read("check", config)
    assert code == 0, said
    (words / "diff.j2").write_text("a\n{{ parnts }}")
    code, out, said = read("check", config)
    (words / "diff.j2").unlink()
    assert code == 3
    assert "diff.j2:2: unknown variable 'parnts'; did you mean parents?" in out + said


def test_killed_and_on_other_machines_the_log_is_the_same(plain, config, tmp_path):
    process = subprocess.Popen(
        command("run", str(config), "--set", "executor.workers=1", "--set", "schedule.slots=1", runs=tmp_path),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and insights(next(tmp_path.glob("2*/run.db"), "")) < 2:
        time.sleep(0.01)
    killed = process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert killed
    config.parent.joinpath("words").rename(config.parent / "gone")
    evo("resume", "--set", "schedule.slots=4", runs=tmp_path)
    assert log_hash(tmp_path) == log_hash(plain)


def insights(database):
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute("SELECT count(*) FROM answers WHERE purpose = 'insight'").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_the_mock_server_analyses_as_the_proposer_in_process_does(plain):
    with sqlite3.connect(f"file:{next(plain.glob('2*/run.db'))}?mode=ro", uri=True) as connection:
        (packed,) = connection.execute("SELECT prompt FROM answers WHERE purpose = 'insight'").fetchone()
    system, user = json.loads(zlib.decompress(packed))
    request = Request(purpose="insight", subject="p", prompt=Prompt(system=system, user=user), seed=3, llm="fast")
    context = LLMContext(role="fast", ideas=None, seed=0)

    async def both():
        async with serving(MockServer(client=Offline().connect(context))) as url:
            client = OpenAI(model="mock", base_url=url).connect(context)
            try:
                return await client.complete(request), await Offline().connect(context).complete(request)
            finally:
                await client.close()

    there, here = asyncio.run(both())
    assert there.text == here.text
    assert not isinstance(parse(there.text), str)
