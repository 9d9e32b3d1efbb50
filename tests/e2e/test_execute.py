"""`evo replay --execute`: the log again from stored answers alone, under both schedules, and what differs by name.

The run has whatever a ticket may ask for: proposals through an ensemble, insights, a judge's opinion.
"""

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
import zlib
from functools import cache

import pytest

from evo.assemble.start import start
from evo.cli.main import main
from evo.config.pack_run import load_run
from evo.records import Arm
from evo.store.reading.view import open_run
from tests.faults.rig import CANARY, KEY_NAME, ROOT

CONFIG = """
problem: circle_packing/26
pipeline: judged.yaml
params: {work: 1}
budget: {tickets: 18}
executor: {sandbox: none}
islands: {count: 2, migration: {every: 5}}
insights: {arm: 0.7, llm: fast}
prompts: {lineage: full, templates: words}
emitters: [{use: diff, llm: mixed, weight: 2}, {use: crossover, llm: mixed}, {use: tune}]
llms:
  fast: {use: openai, model: mock, base_url: "URL", api_key_env: EVO_TEST_KEY, prices: {input: 1, output: 1}}
  mixed: {use: ensemble, members: {fast: 1}, temperatures: [0.3, 0.9]}
  critic: {use: script, answers: ['{"clarity": 3}', '{"clarity": 8}']}
"""
PIPELINE = """
stages:
  syntax: {use: syntax}
  call: {use: call, upstream: [syntax]}
  source_metrics: {use: source_metrics, upstream: [syntax]}
  score: {use: score, upstream: [call]}
  opinion: {use: llm_judge, upstream: [score], llm: critic, question: "Clear?", scores: {clarity: {low: 0, high: 9}}}
"""

REPAIR = (
    "{% import 'parts.j2' as parts %}Operator: repair\n{{ parts.program('Parent', parents[0], c.objective, true) }}"
)


def start_server():
    command = [sys.executable, "-m", "evo", "mock-server", "--port", "0", "--problem", "circle_packing/26"]
    process = subprocess.Popen(
        [*command, "--latency", "uniform:0.02:0.02"], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return process, process.stdout.readline().strip()


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Runs by schedule, through a server that is gone, with a key that is gone."""
    return cache(lambda commit: live(tmp_path_factory.mktemp(commit), commit))


def live(folder, commit):
    process, url = start_server()
    (folder / "judged.yaml").write_text(PIPELINE)
    (folder / "words").mkdir()
    (folder / "words" / "repair.j2").write_text(REPAIR)
    (folder / "mine.yaml").write_text(CONFIG.replace("URL", url))
    schedule = f"schedule={{commit: {commit}, slots: 4, window: 6}}"

    async def run():
        async with start(load_run(folder / "mine.yaml", [schedule]), runs_dir=folder / "runs") as search:
            async for _ in search:
                pass
        return search

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_NAME, CANARY)
        search = asyncio.run(run())
    process.terminate()
    process.wait()
    process.stdout.close()
    shutil.rmtree(folder / "words")
    assert search.run_state == "finished"
    return folder / "runs", search


def replay(runs, capsys, *words):
    code = main(["replay", "--execute", *words, "--runs-dir", str(runs)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("commit", ["ordered", "arrival"])
def test_the_whole_log_comes_out_again_offline(lived, capsys, monkeypatch, commit):
    runs, search = lived(commit)
    monkeypatch.delenv(KEY_NAME, raising=False)
    monkeypatch.setattr("evo.cli.replay._EVERY_SECONDS", 0.0)
    before = {path: path.read_bytes() for path in search.folder.rglob("*") if path.is_file()}
    code, out, err = replay(runs, capsys, "--json")
    data = json.loads(out)
    assert (code, data["ok"], data["checked"], data["differs"]) == (0, True, "execution", None)
    assert (data["commits"], data["hash"]) == (18, search.state.hash)
    assert "18 of 18 commits made again" in err
    assert {path: path.read_bytes() for path in before} == before, "nothing is written"
    assert any(path.name == "run.db" for path in before)
    with open_run(search.folder) as view:
        assert view.answers("insight")
        assert {commit.proposal.arm for commit in view.commits()} >= {Arm.SHOWN, Arm.WITHHELD}


@pytest.mark.parametrize(
    ("commit", "statement", "words"),
    [
        ("ordered", "UPDATE evaluations SET objective = objective / 2 WHERE program = PROGRAM", "objective: recorded"),
        ("arrival", "UPDATE commits SET island = 1 - island WHERE seq = SEQ", "island: recorded"),
        ("ordered", "UPDATE commits SET hash = 'f' || substr(hash, 2) WHERE seq = SEQ", "hash: recorded"),
        (
            "arrival",
            "UPDATE answers SET text = TEXT WHERE subject = TICKET",
            "answers: recorded",
        ),
        (
            "ordered",
            "DELETE FROM answers WHERE subject = TICKET",
            "no answer is stored to propose",
        ),
        ("arrival", "UPDATE arms SET arm = 'WITHHELD' WHERE seq = SEQ", "arm: recorded WITHHELD, now SHOWN"),
        ("ordered", "DELETE FROM answers WHERE request = REQUEST", "no answer is stored to insight"),
    ],
)
def test_the_first_commit_that_differs_is_named_with_what_differs(lived, capsys, tmp_path, *, commit, statement, words):
    runs = shutil.copytree(lived(commit)[0], tmp_path / "runs")
    connection = sqlite3.connect(next(runs.iterdir()) / "run.db")
    # The first that rests upon insights which no commit before it used.
    seq, ticket, program, insight = connection.execute(
        "SELECT seq, ticket, program, json_extract(learned, '$[0]') FROM commits JOIN evaluations USING (program) "
        "WHERE seq > 4 AND json_array_length(learned) > 1 AND evaluated = 1 AND objective IS NOT NULL LIMIT 1"
    ).fetchone()
    if "TEXT" in statement:
        (text,) = connection.execute("SELECT text FROM answers WHERE subject = ?", (str(ticket),)).fetchone()
        altered = zlib.compress(zlib.decompress(text) + b"\nMore.").hex()
        statement = statement.replace("TEXT", f"x'{altered}'")
    with connection:
        done = connection.execute(
            statement.replace("PROGRAM", f"'{program}'")
            .replace("SEQ", str(seq))
            .replace("TICKET", f"'{ticket}'")
            .replace("REQUEST", f"'{insight}'")
        )
        assert done.rowcount == 1
    connection.close()
    code, out, _ = replay(runs, capsys)
    assert code == 1
    assert f"{seq} commits verified" in out
    assert f"Commit {seq} (ticket {ticket}) differs: " in out
    assert words in out


def test_a_changed_problem_is_refused(lived, capsys, tmp_path):
    runs = shutil.copytree(lived("ordered")[0], tmp_path / "runs")
    connection = sqlite3.connect(next(runs.iterdir()) / "run.db")
    with connection:
        connection.execute("UPDATE run SET fingerprint = 'other'")
    connection.close()
    code, _, err = replay(runs, capsys)
    assert code != 0
    assert "is not what it was when" in err
