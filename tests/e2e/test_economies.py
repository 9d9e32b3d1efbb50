"""Evaluations that end early: a function of program, rule and log, whatever runs beside them, and after a kill too."""

import asyncio
import json

import pytest

from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.cli.main import main
from evo.config.pack_run import load_run
from evo.render.tables import tell_units
from evo.store.reading.bounded import BoundedReader
from evo.store.reading.view import open_run
from evo.web.contents import gather_contents
from evo.web.paper import write_paper

PROBLEM = """
name: targets
summary: Come near to many targets.
program: {entry: f, signature: "f(seed)"}
objective: {direction: minimize, name: distance}
measures: {first: {low: 0, high: 1}}
limits: {cpu_seconds: 5}
"""
JUDGE = """
from evo.judging import Invalid, progress

def evaluate(output, params):
    if output[0] < 0.02:
        raise Invalid("too low")
    targets = [(7 * n % 10) / 10 for n in range(10)]
    total = 0.0
    for number, target in enumerate(targets, 1):
        total += sum(abs(each - target) for each in output)
        progress(number / len(targets), objective=total / number)
    return {"objective": total / len(targets), "measures": {"first": min(max(output[0], 0.0), 1.0)}}
"""
CONFIG = """
problem: ./targets
budget: {tickets: 60}
executor: {sandbox: none}
archive: {measures: {first: {cells: 4}}}
"""
RULES = [
    "{use: racing, z: 1.0, known: 3}",
    "{use: racing, against: parent, z: 0.5, known: 3}",
    "{use: halving, eta: 2}",
]


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "targets"
    (folder / "seeds").mkdir(parents=True)
    (folder / "problem.yaml").write_text(PROBLEM)
    (folder / "evaluate.py").write_text(JUDGE)
    (folder / "brief.md").write_text("Come near to the targets.\n")
    (folder / "cases.yaml").write_text("valid: []\n")
    (folder / "seeds" / "first.py").write_text(
        "def f(seed):\n    a = 0.9\n    b = 0.8\n    c = 0.1\n    return [a, b, c]\n"
    )
    (tmp_path / "mine.yaml").write_text(CONFIG)
    return tmp_path / "mine.yaml"


def ran(config, runs, *settings):
    async def live():
        async with start(load_run(config, settings), runs_dir=runs) as search:
            async for _ in search:
                pass
        return search

    search = asyncio.run(live())
    assert search.run_state == "finished", search.stop_reason
    return search


@pytest.mark.parametrize("rule", RULES)
def test_what_ends_early_says_so_and_is_the_same_whatever_the_workers(config, tmp_path, rule, capsys):
    logs = []
    for workers, slots in ((1, 1), (2, 4)):
        search = ran(
            config, tmp_path / "runs", f"economy={rule}", f"executor.workers={workers}", f"schedule.slots={slots}"
        )
        logs.append(search.state.hash)
    assert len(set(logs)) == 1
    with open_run(search.folder) as view:
        early = [each.evaluation for each in view.log() if each.evaluation and "early" in each.evaluation.feedback]
        status = view.status()
    assert early
    assert {str(each.status) for each in early} == {"FAILED"}
    assert {each.objective for each in early} == {None}
    assert {str(stage.status) for each in early for stage in each.stages if stage.stage == "score"} == {"ENDED_EARLY"}
    assert all("of the work, where" in each.feedback for each in early)
    assert status["ended_early"] == len(early)
    assert 0 < status["evaluations"] - status["charged_units"] < len(early)
    with BoundedReader(search.folder) as reader:
        piece = reader.columns(-1)
    assert len(piece["early"]) == len(early)
    saved = sum(1 - share for _, share in piece["early"])
    assert saved == pytest.approx(status["evaluations"] - status["charged_units"], abs=1e-4)
    paper = "\n".join(write_paper([gather_contents(search.folder)], [search.folder], figures=False))
    assert f"<dt>ended early</dt><dd>{tell_units(status)}</dd>" in paper
    assert main(["replay", "--execute", "--json", "--runs-dir", str(tmp_path / "runs")]) == 0
    assert json.loads(capsys.readouterr().out)["ok"]


def test_it_goes_on_as_it_would_have(config, tmp_path):
    rule = f"economy={RULES[0]}"
    whole = ran(config, tmp_path / "runs", rule)

    async def broken_off():
        async with start(load_run(config, [rule]), runs_dir=tmp_path / "runs") as search:
            async for commit in search:
                if commit.seq == 30:
                    break
        async with resume(search.folder, ["executor.workers=1"]) as search:
            async for _ in search:
                pass
        return search

    assert asyncio.run(broken_off()).state.hash == whole.state.hash


def test_without_an_economy_nothing_is_kept_and_nothing_ends(config, tmp_path):
    search = ran(config, tmp_path / "runs", "budget.tickets=12")
    with open_run(search.folder) as view:
        assert not any(each.evaluation.flags for each in view.log() if each.evaluation)
        status = view.status()
    assert (status["ended_early"], status["charged_units"]) == (0, status["evaluations"])
