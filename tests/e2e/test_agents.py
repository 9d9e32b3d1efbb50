"""Programs that edit files as operators of a run: charged, killed, and replayed without them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.main import main
from evo.crashpoints import ENVIRONMENT
from evo.store.reading.view import open_run

ROOT = Path(__file__).resolve().parents[2]
AGENT = r"""
case $((EVO_SEED % 5)) in
0) sed -i 's/40/41/' program.py; score | grep -q objective && echo "scored $EVO_SEED" > .evo/why ;;
1|3) echo '{"usd": 0.01, "output_tokens": 7}' > .evo/spend.json; echo "$AGENT_KEY"
   [ $((EVO_SEED % 2)) = 0 ] && echo "no python (" > program.py || echo "# $EVO_SEED" >> program.py ;;
2) exit 4 ;;
4) echo "# secret $AGENT_KEY" >> program.py; kill -9 $PPID; ln -s /etc/passwd out; printf '\377' > raw; exit 1 ;;
esac
"""
CONFIG = """
extends: base.yaml
problem: circle_packing/26
seed: 5
budget: {{tickets: {tickets}, usd: 1}}
islands: {{count: 1}}
emitters:
  - {{use: tune}}
  - {{use: command, weight: 3, argv: [sh, {script}], readable: [{script}], calls: 2, wall_seconds: 60, usd: 0.05,
     env: [AGENT_KEY]}}
executor: {{use: local, workers: 1}}
"""
KEY = "sk-canary-0123456789"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("agents")
    (place / "agent.sh").write_text(AGENT)
    (place / "run.yaml").write_text(CONFIG.format(tickets=16, script=place / "agent.sh"))
    return place


def evo(folder, *words, point=""):
    environment = {**os.environ, "AGENT_KEY": KEY, "PYTHONPATH": str(ROOT), **({ENVIRONMENT: point} if point else {})}
    argv = [sys.executable, "-m", "evo", *map(str, words), "--runs-dir", str(folder / "runs")]
    return subprocess.run(argv, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def ended(folder):
    """The run twice: once in one go, once killed on the way."""
    done = evo(folder, "run", folder / "run.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    killed = evo(folder, "run", folder / "run.yaml", point="answer_received:3")
    assert killed.returncode == -signal.SIGKILL
    resumed = evo(folder, "resume", "@last")
    assert resumed.returncode == 0, resumed.stderr
    return sorted(path for path in (folder / "runs").iterdir() if path.is_dir() and not path.name.startswith("."))


def commits(run):
    with open_run(run) as view:
        return [*view.commits()]


def test_a_killed_run_with_agents_has_the_log_of_one_that_was_not(ended):
    plain, killed = map(commits, ended)
    assert len(plain) == 16
    assert plain[-1].hash == killed[-1].hash


def test_it_replays_without_the_agent(ended, folder, monkeypatch, capsys):
    monkeypatch.delenv("AGENT_KEY", raising=False)
    (folder / "agent.sh").write_text("exit 9\n")
    for run in ended:
        assert main(["replay", str(run), "--execute"]) == 0
    assert "made again" in capsys.readouterr().out


def test_every_way_of_its_behaving_is_a_commit(ended):
    made = [each for each in commits(ended[0]) if each.proposal.operator == "command"]
    seen = {str(each.proposal.outcome) for each in made}
    assert {"PROPOSED", "LLM_ERROR"} <= seen
    assert any("exit code 4" in each.proposal.detail for each in made)
    assert any(each.proposal.summary.startswith("scored") for each in made)
    assert any(str(each.evaluation.status) == "FAILED" for each in made if each.evaluation)


def test_it_is_charged_and_nothing_of_it_is_secret(ended, capsys):
    for run in ended:
        data = b"".join(path.read_bytes() for path in run.rglob("*") if path.is_file())
        assert KEY.encode() not in data
    assert main(["status", str(ended[0]), "--json"]) == 0
    assert '"cost_usd": 0.0,' not in capsys.readouterr().out


def test_a_run_that_lies_still_starts_no_agent(ended):
    assert evo(ended[0].parent.parent, "ask", ended[0], "--wait", "1").returncode != 0
