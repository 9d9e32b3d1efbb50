"""Every example of docs/cli.md does what the page says: it runs on a real run, and what comes is what is shown."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from evo.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/cli.md").read_text()
SECTIONS = dict(re.findall(r"^## ([a-z-]+)$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
# What an example would do at length is done in short: these words come last and win.
SHORTER = {
    "evo run circle_packing/26": "--set budget.tickets=3 --set params.work=2",
    "evo run mine.yaml": "--set budget.tickets=4",
    "evo run smoke": "--set budget.tickets=4",
    "evo run knapsack": "--set budget.tickets=6",
    "evo suite run smoke": "--budget tickets=4 --strategy hill_climb",
    "evo resume": "--set budget.tickets=24",
    "evo baseline": "--budget 60 --seeds 0..0",
}
MINE = "extends: base\nproblem: circle_packing/26\nparams: {work: 2}\nbudget: {tickets: 4}\n"
SHIPPED = ROOT / "problems/circle_packing/seeds/darts.py"


def examples(section):
    """Yield each command with the lines that are shown below it."""
    command, shown = "", []
    for line in [*SECTIONS[section].splitlines(), "The end."]:
        if command and line.startswith("    ") and not line.startswith("    $ "):
            shown.append(line.strip())
        elif line:
            if command:
                yield command, shown
            command, shown = line[6:] if line.startswith("    $ evo ") else "", []


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A folder with one real run and the files that the examples name."""
    home = tmp_path_factory.mktemp("library")
    for kind in ("configs", "pipelines"):
        shutil.copytree(ROOT / kind, home / kind)
    (home / "mine.yaml").write_text(MINE)
    (home / "configs/mine.yaml").write_text(MINE)
    (home / "answer.txt").write_text("No idea.\n")
    line = next(line for line in SHIPPED.read_text().splitlines() if line.startswith("import "))
    (home / "reply.txt").write_text(f"<<<<<<< SEARCH\n{line}\n=======\n{line}  # needed\n>>>>>>> REPLACE\n")
    (home / "folder").mkdir()
    for place in (home / "best.py", home / "folder/program.py"):
        shutil.copy(SHIPPED, place)
    words = ["run", "smoke", "--quiet", "--set", "budget.tickets=20", "--runs-dir", str(home / "runs")]
    assert main(words) == 0
    run = next((home / "runs").iterdir())
    shutil.copy(run / "best/output.json", home / "circles.json")
    run.rename(run.with_name("20261123-201501-circle_packing-3fa9"))
    for tail in ("a1b2", "b2c3"):
        shutil.copytree(home / "runs/20261123-201501-circle_packing-3fa9", home / f"runs/20261123-201502-copy-{tail}")
    return home


@pytest.fixture
def here(library, tmp_path, monkeypatch):
    place = shutil.copytree(library, tmp_path / "here")
    monkeypatch.chdir(place)
    monkeypatch.delenv("EVO_RUNS", raising=False)
    monkeypatch.setenv("MY_KEY", "k")
    return place


def asked(evo, command):
    """Run one example as a shell would, in this process."""
    command = command.split(" | ")[0]
    if "9f3c" in command:
        best = json.loads(evo("best", "--json").out)["program"]
        command = command.replace("9f3c", best[:6])
    for begin, words in SHORTER.items():
        if command.startswith(begin):
            command = f"{command} {words}"
    words, _, target = command.partition(" > ")
    result = evo(*shlex.split(words)[1:])
    if target:
        Path(target).write_text(result.out)
    return result


def shape(line):
    """The first word of a line, whatever the figures and names in it are."""
    word = line.split()[0] if line.split() else ""
    word = re.sub(r"\d{8}-\d{6}-\w+-[0-9a-f]{4}", "RUN", word)
    word = re.sub(r"\b[0-9a-f]{8}\b|\d+", "#", word)
    return re.sub(r"[├│└]", "+", word)


def check_kind(command, out, shown):
    if "--json" in command and "export" not in command:
        json.loads(out)
    elif "export" in command and ("--json" in command or "jsonl" in command or "traces" in command):
        assert all(json.loads(line) for line in out.splitlines())
    elif "--graphml" in command:
        assert ET.fromstring(out).tag.endswith("graphml")
    elif "--dot" in command:
        assert out.startswith("digraph")
    elif "--mermaid" in command:
        assert out.startswith("flowchart")
    came = {shape(line) for line in out.splitlines()}
    for line in shown:
        if line.strip() != "...":
            word = shape(line)
            whole, _, _ = word.partition("...")
            assert word in came or ("..." in word and any(each.startswith(whole) for each in came)), line
    assert "\x1b" not in out


def test_every_section_has_examples():
    assert len(SECTIONS) >= 23
    assert all(list(examples(section)) for section in SECTIONS)


READING = [
    *(
        "status",
        "top",
        "best",
        "show",
        "lineage",
        "runs",
        "diff",
        "map",
        "compare",
        "figure",
        "report",
        "replay",
        "events",
        "recover",
    ),
    *("export", "sql", "problems", "run", "resume", "suite", "baseline", "score", "edit", "parts", "help"),
]


@pytest.mark.parametrize("section", READING)
def test_examples(evo, here, section):
    if section == "parts":
        pytest.importorskip("evo.parts")
    for command, shown in examples(section):
        result = asked(evo, command)
        assert result.code == 0, (command, result.err)
        # A file took it, or it is there.
        assert result.out.strip() or " -o " in command or "--output" in command or "--quiet" in command, command
        check_kind(command, result.out, shown)


def test_export_parses(evo, here):
    for command, _ in examples("export"):
        asked(evo, command)
    import csv

    with Path("run.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    records = [json.loads(line) for line in Path("run.jsonl").read_text().splitlines()]
    assert [int(row["ticket"]) for row in rows] == [each["ticket"] for each in records] == list(range(20))
    traces = [json.loads(line) for line in Path("traces.jsonl").read_text().splitlines()]
    assert all(trace["messages"] and trace["answer"] for trace in traces)


def test_new_and_check(evo, here):
    for section in ("new", "check"):
        for command, _ in examples(section):
            result = asked(evo, command)
            assert result.code == 0, (command, result.out, result.err)
    assert Path("cascade.svg").read_text().startswith("<svg")


@pytest.fixture
def served(here):
    """Start the words of an example on a free port; give its address."""
    started = []

    def start(command):
        words = [sys.executable, "-m", "evo", *shlex.split(command)[1:], "--port", "0"]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        started.append(server)
        return server, server.stdout.readline().split()[-1]

    yield start
    for server in started:
        if server.poll() is None:
            server.kill()
        server.communicate()


@pytest.mark.parametrize(("command", "shown"), list(examples("mock-server")))
def test_mock_server(served, command, shown):
    server, url = served(command)
    key = {"Authorization": "Bearer k"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/models", headers=key)) as answer:
        assert json.load(answer)["data"][0]["id"] in {"mock", "tiny"}
    server.send_signal(signal.SIGINT)
    assert server.wait(20) in {0, 130}


def test_doctor(evo, here, served):
    server, url = served("evo mock-server --answer answer.txt")
    config = here / "configs/mock_server.yaml"
    config.write_text(config.read_text().replace("http://127.0.0.1:8377/v1", url))
    for command, shown in examples("doctor"):
        result = asked(evo, command)
        assert result.code == 0, (command, result.err)
        check_kind(command, result.out, shown)
        assert "--ask" not in command or "answers" in result.out
    server.terminate()


def test_eggroll(evo, here, monkeypatch):
    from evo.eggroll import bench
    from evo.eggroll.bench import estimate
    from evo.eggroll.bench.kernels import Kernels

    # Two claims stand for all: tests/eggroll runs the whole of it, in a child of its own.
    known = [trial(Kernels(), quick=True) for trial in (estimate.bias_of_rank, estimate.bias_sampled)]
    monkeypatch.setattr(bench, "bench_in_child", lambda **_: known)
    for command, shown in examples("eggroll"):
        result = asked(evo, command)
        assert result.code == 0, (command, result.err)
        check_kind(command, result.out, shown)
    assert [path.name for path in Path("figures").iterdir()] == ["bias.png"]
