"""Whatever a result stands on refuses a resume once it has changed, by its name."""

import asyncio
import json
import shutil
import sqlite3

import pytest

from evo.assemble import grounds
from evo.assemble.replay import executing
from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.cli.main import main
from evo.config.pack_run import load_run
from evo.config.problem import load_problem
from evo.config.resources import known, shipped
from evo.errors import ConflictError
from evo.evaluate.evaluator import Evaluator
from evo.store.reading.view import open_run

PROBLEM = """
name: sums
summary: numbers that sum up
program: {entry: solve}
objective: {direction: maximize}
measures: {size: {low: 0, high: 10}}
data: [../shared.txt]
"""
JUDGE = """
from pathlib import Path

from lib.deep import most

HERE = Path(__file__).parent


def evaluate(output, params):
    bound = float((HERE / "tables" / "bound.txt").read_text()) + float((HERE / "../shared.txt").read_text())
    return {"objective": min(sum(output), bound, most()), "measures": {"size": len(output)}, "feedback": "so"}
"""
FILES = {
    "sums/problem.yaml": PROBLEM,
    "sums/brief.md": "Sum up.\n",
    "sums/evaluate.py": JUDGE,
    "sums/lib/deep.py": "def most():\n    return 1000\n",
    "sums/tables/bound.txt": "86",
    "sums/seeds/one.py": "def solve(seed):\n    return [1, 2, 3]\n",
    "sums/run.yaml": "extends: base.yaml\n",
    "shared.txt": "1",
    "steps/mine.yaml": """
stages:
  call: {use: call}
  score: {use: score, upstream: [call]}
  extra: {use: "extra.py:Extra", upstream: [call], provides: {extra: number}}
""",
    "steps/extra.py": """
from weight import WEIGHT


class Extra:
    def run(self, inputs, context):
        return {"extra": WEIGHT}
""",
    "steps/weight.py": "WEIGHT = 1.0\n",
    "steps/unrelated.py": "",
    "mine.yaml": """
extends: base.yaml
problem: sums
pipeline: steps/mine.yaml
budget: {tickets: 3}
islands: {count: 1}
selector: {use: "pick.py:First"}
""",
    "pick.py": """
from dataclasses import dataclass
from pathlib import Path

SHARE = Path(__file__).with_name("share.txt").read_text()


@dataclass(frozen=True, kw_only=True)
class First:
    def select(self, archive, k, rng):
        return [archive[0]] * k
""",
    "share.txt": "0.5",
}
CHANGED = {
    "sums/problem.yaml": PROBLEM + "# a remark\n",
    "sums/lib/deep.py": "def most():\n    return 5\n",
    "sums/tables/bound.txt": "258",
    "sums/seeds/one.py": "def solve(seed):\n    return [4]\n",
    "sums/brief.md": "Sum up!\n",
    "shared.txt": "2",
    "steps/weight.py": "WEIGHT = 2.0\n",
    "share.txt": "0.7",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("place")
    for name, text in FILES.items():
        path = place / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    (place / "sums" / "problem.yaml").write_text(PROBLEM)
    spec = load_run(str(place / "mine.yaml"))

    async def run():
        async with start(spec, runs_dir=place / "runs") as search:
            async for _ in search:
                pass
        return search.folder

    return place, asyncio.run(run())


@pytest.fixture
def place(made):
    yield made
    for name, text in FILES.items():
        (made[0] / name).write_text(text)
    (made[0] / "sums" / "lib" / "random.py").unlink(missing_ok=True)


def taken_up(folder):
    async def again():
        async with resume(folder) as search:
            async for _ in search:
                pass

    asyncio.run(again())


def executed(folder):
    async def again():
        async with executing(folder):
            pass

    asyncio.run(again())


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_file_refuses_and_is_named(place, name):
    root, folder = place
    (root / name).write_text(CHANGED[name])
    shown = "../shared.txt" if name == "shared.txt" else name.removeprefix("sums/")
    for verb in (taken_up, executed):
        with pytest.raises(ConflictError) as refused:
            verb(folder)
        assert f"{shown} changed" in str(refused.value)


def test_a_file_that_is_gone_or_new_refuses_too(place):
    root, folder = place
    (root / "sums/tables/bound.txt").unlink()
    (root / "sums/lib/random.py").touch()
    with pytest.raises(ConflictError, match=r"lib/random\.py is new, tables/bound\.txt is gone\. Put that back"):
        taken_up(folder)


def test_what_says_how_it_is_run_may_change(place):
    root, folder = place
    (root / "sums/run.yaml").write_text("extends: base.yaml\nbudget: {tickets: 7}\n")
    (root / "mine.yaml").write_text("extends: base.yaml\nproblem: sums\n")
    (root / "steps/unrelated.py").write_text("changed = True\n")
    taken_up(folder)
    executed(folder)


def test_replay_says_what_has_changed_and_verifies_the_log_all_the_same(place, capsys):
    root, folder = place
    assert main(["replay", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == []
    (root / "steps/weight.py").write_text("WEIGHT = 3.0\n")
    assert main(["replay", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == ["code steps/weight.py changed"]
    assert main(["replay", str(folder)]) == 0
    assert "steps/weight.py changed" in capsys.readouterr().out
    assert main(["replay", str(folder), "--execute"]) != 0
    (root / "sums" / "problem.yaml").unlink()
    assert main(["replay", str(folder)]) == 0
    assert "cannot be looked at" in capsys.readouterr().out


def test_a_run_that_did_not_record_it_is_compared_as_it_was(place, tmp_path):
    root, folder = place
    old = shutil.copytree(folder, tmp_path / folder.name)
    with sqlite3.connect(old / "run.db") as database:
        database.execute("UPDATE run SET grounds = '{}'")
    database.close()
    (root / "sums/tables/bound.txt").write_text("258")
    with open_run(old) as view:
        assert grounds.changes(view.header) == []
    taken_up(old)
    (root / "sums/evaluate.py").write_text(JUDGE + "\n")
    with pytest.raises(ConflictError, match="is not what it was"):
        taken_up(old)


def test_another_version_of_a_tool_refuses(place, monkeypatch):
    _, folder = place
    answers = {"cc": "cc 12.2"}

    async def tools(_):
        return answers

    monkeypatch.setattr(Evaluator, "tools", tools)
    with sqlite3.connect(folder / "run.db") as database:
        (text,) = database.execute("SELECT grounds FROM run").fetchone()
        recorded = grounds.written(json.loads(text), {"cc": "cc 12.2", "unknown": ""})
        database.execute("UPDATE run SET grounds = ?", (recorded,))
    database.close()
    taken_up(folder)
    answers["cc"] = "cc 13.1"
    for verb in (taken_up, executed):
        with pytest.raises(
            ConflictError, match=r"the toolchain is not what it was .* cc was 'cc 12.2' and is 'cc 13.1'"
        ):
            verb(folder)


@pytest.mark.parametrize("name", known("problems"))
def test_every_byte_of_every_pack_counts(name, tmp_path):
    folder = shutil.copytree(shipped("problems") / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    spec = load_run(str(folder))
    problem = load_problem(spec.problem, beside=folder.parent)
    before = grounds.grounds_of(spec, problem)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        kept = path.read_bytes()
        path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        found = grounds.differing(before, grounds.grounds_of(spec, problem))
        name_of = path.relative_to(folder).as_posix()
        assert found == ([] if name_of == "run.yaml" else [f"{name_of} changed"])
        path.write_bytes(kept)
