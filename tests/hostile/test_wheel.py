"""The attacks of the corpus, told from outside and made by programs at work: contained as those of candidates are."""

import asyncio
import json
import socket
import sys

import pytest

import evo
from evo.evaluate.grants import own_grants
from evo.execute.bench import Workbench
from evo.execute.executor import Command, Task
from evo.execute.sandbox import Limits, Tier, offered
from evo.store.reading.view import open_run
from tests.hostile.arena import ESCAPED, corpus

CANARY = "canary-7f3a9d2e51c8"
PYTHON = [each for each in corpus() if not each.argv and not each.names and not each.idle]
TOLD = [each for each in PYTHON if each.kind in {"files", "secrets", "processes", "attacks", "crashes"}]
RUN = "import json, sys\nexec(open('attack.py').read())\nprint(entry(3, sys.argv[1], int(sys.argv[2])))\n"
CALLED = """
_attack = entry


def entry(n, outside, port, seed):
    return _attack(n, outside, port)
"""
PROBLEM = """
name: attacked
summary: Return three whole numbers.
program: {{entry: entry, signature: "entry(n, outside, port)", editable: whole}}
objective: {{name: total, direction: maximize}}
measures: {{first: {{meaning: the first, low: 0, high: 100}}}}
limits: {{cpu_seconds: 1, memory_mb: 256, output_kb: 64}}
params: {{n: 3, outside: {outside}, port: {port}}}
"""
JUDGE = """
from evo.judging import Invalid

def evaluate(output, params):
    if not isinstance(output, list) or len(output) != 3 or any(type(x) is not int or not 0 <= x <= 100 for x in output):
        raise Invalid("expected three whole numbers")
    return {"objective": float(sum(output)), "measures": {"first": float(output[0])}}
"""


@pytest.fixture
def outside(tmp_path):
    """What is to stay as it is, a port at which nobody may call, and a check of both."""
    folder = tmp_path / "outside"
    (folder / "folder").mkdir(parents=True)
    (folder / "secret").write_text(CANARY)
    (folder / "victim").write_text("untouched")
    (folder / "folder/kept").write_text("kept")
    before = tree(folder)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield folder, server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()
    assert tree(folder) == before


def tree(folder):
    return {str(each): (each.stat().st_mode, each.read_text() if each.is_file() else "") for each in folder.rglob("*")}


def at_work(attacks, folder, port):
    """Return what programs wrote and left that do what an attack does."""
    grants, found = own_grants(), {}

    async def score(_):
        return {}

    async def whole():
        bench, turns = Workbench(Tier(offered()[0])), asyncio.Semaphore(2)

        async def one(attack):
            command = Command(
                run=(sys.executable, "run.py", str(folder), str(port)),
                cpu_seconds=1,
                memory_mb=256,
                build_seconds=1,
                build_memory_mb=1,
            )
            task = Task(
                files={"attack.py": attack.text, "run.py": RUN, ".evo/score": ""},
                kwargs={"calls": 0, "brief": ""},
                grants=grants,
                limits=Limits(cpu_seconds=2, memory_mb=512, file_mb=8, open_files=128),
                command=command,
            )
            async with turns:
                work = await bench.work(task, wall_seconds=10, score=score)
            left = json.dumps(dict(work.found.files)) if work.found else ""
            said = (work.stdout + work.stderr).decode("latin-1")
            found[attack.kind, attack.name] = said + left.replace(attack.text, "")

        try:
            await asyncio.gather(*map(one, attacks))
        finally:
            await bench.close()

    asyncio.run(whole())
    return found


@pytest.mark.parametrize("every", [27, pytest.param(1, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
def test_programs_at_work_that_attack_are_contained(outside, every):
    folder, port = outside
    found = at_work(PYTHON[::every], folder, port)
    assert len(found) >= len(PYTHON) // every
    for (kind, name), said in found.items():
        assert CANARY not in said, f"{kind}: {name}"
        assert kind not in {"files", "secrets"} or f"'{ESCAPED}'" not in said, f"{kind}: {name}"


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
def test_told_programs_that_attack_are_contained(outside, tmp_path, every):
    folder, port = outside
    problem = tmp_path / "attacked"
    (problem / "seeds").mkdir(parents=True)
    (problem / "problem.yaml").write_text(PROBLEM.format(outside=folder, port=port))
    (problem / "brief.md").write_text("Return three whole numbers.\n")
    (problem / "evaluate.py").write_text(JUDGE)
    (problem / "seeds/honest.py").write_text("def entry(n, outside, port, seed):\n    return [1, 2, n]\n")
    attacks = TOLD[::every]
    given = {"settings": ["islands={count: 1}", "executor.workers=2"], "runs_dir": tmp_path / "runs"}
    with evo.create_study(str(problem), budget=1 + len(attacks), **given) as study:
        for attack in attacks:
            study.tell(study.ask(), attack.text + CALLED, wait=60)
        run = study.folder
    with open_run(run) as view:
        for attack, commit in zip(attacks, [*view.commits()][1:], strict=True):
            evaluation = commit.evaluation
            valid = evaluation is not None and str(evaluation.status) == "VALID"
            assert not valid or "SUCCESS" in attack.accept, attack.name
    data = b"".join(path.read_bytes() for path in run.rglob("*") if path.is_file())
    assert CANARY.encode() not in data
