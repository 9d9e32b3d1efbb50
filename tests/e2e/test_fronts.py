"""Several objectives in whole runs: what the fold holds is what the database tells."""

import asyncio
import json
import sqlite3

import pytest

from evo.cli.main import main
from evo.config.run import to_yaml
from evo.errors import SpecError
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.pareto import front
from evo.qd.replacements import ByPareto
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Isolated
from evo.records import Direction, Evaluation, EvaluationStatus, Outcome, Program, Proposal
from evo.search.state import State
from evo.store.reading.view import open_run
from evo.store.store import Store
from tests.e2e.test_search_options import TRADE_OFF, declared  # noqa: F401 - a fixture
from tests.toy import HEADER

FRONTS = (
    TRADE_OFF,
    "archive={measures: {x: {cells: 2}}, per_cell: 3, replacement: pareto}",
    "islands.migration={every: 4, migrants: 2, choose: pareto}",
    "budget.tickets=150",
)


@pytest.fixture
def ran(declared):  # noqa: F811
    here = declared(*FRONTS)
    search, commits = here.run()
    with sqlite3.connect(here.folder / "run.db") as database:
        database.execute("UPDATE run SET spec = ?, islands = 3", (to_yaml(here.spec),))
    return here, search, commits


def test_the_database_holds_the_fronts_of_the_fold(ran):
    here, search, commits = ran
    with open_run(here.folder) as view:
        held = {(holding.island, holding.elite.program, holding.elite.cell) for holding in view.holdings()}
        assert len(held) == len(view.holdings())
    archives = search.state.archipelago.archives
    assert held == {(archive.island, each.program, each.cell) for archive in archives for each in archive.elites()}
    statuses = {placement.status for commit in commits for placement in commit.placements}
    assert statuses == {"NEW", "IMPROVED", "REJECTED"}
    for archive in archives:
        cells = {}
        for each in archive.elites():
            cells.setdefault(each.cell, []).append(archive.losses(each))
        assert all(len(front(losses)) == len(losses) for losses in cells.values())


def test_one_program_may_send_several_away(tmp_path):
    space = GridSpace((Axis(name="x", low=0.0, high=1.0, cells=1),))
    aims = {"cost": Direction.MINIMIZE}
    archive = Archive(space, Direction.MAXIMIZE, per_cell=3, aims=aims, rule=ByPareto())
    fold = State(Archipelago([archive], Isolated(), 0), Direction.MAXIMIZE)

    async def write():
        store = Store.create(tmp_path, HEADER)
        for ticket, (objective, cost) in enumerate([(1.0, 1.0), (2.0, 2.0), (3.0, 0.0), (3.0, 0.0)]):
            program = Program.of(f"x = {ticket}")
            proposal = Proposal(ticket=ticket, island=0, operator="diff", outcome=Outcome.PROPOSED, program=program)
            scored = Evaluation(
                program=program.id,
                status=EvaluationStatus.VALID,
                objective=objective,
                measures={"x": 0.5, "cost": cost},
            )
            commit = fold.settle(after_seq=ticket - 1, proposal=proposal, evaluation=scored, at=1.0)
            await store.append([commit], issued=ticket + 1, seconds=1.0)
        stored = list(store.commits())
        store.close()
        return stored

    commits = asyncio.run(write())
    assert [[p.status for p in commit.placements] for commit in commits] == [
        ["NEW"],
        ["NEW"],
        ["IMPROVED", "REMOVED"],
        ["REJECTED"],
    ]
    with open_run(tmp_path) as view:
        assert [holding.elite.program for holding in view.holdings()] == [Program.of("x = 2").id]


def test_top_and_map_tell_of_every_objective(ran, capsys):
    here, search, _ = ran
    folder = str(here.folder)
    assert main(["top", folder, "--pareto", "-n", "999", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    everyone = {each.program: each for archive in search.state.archipelago.archives for each in archive.elites()}
    losses = [search.state.archipelago.archives[0].losses(each) for each in everyone.values()]
    assert {row["program"] for row in rows} <= set(everyone)
    assert len(rows) == len(front(losses))
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert main(["map", folder, "--by", "x"]) == 0
    assert " x" in capsys.readouterr().out.splitlines()[-1]
    assert main(["map", folder, "--by", "y"]) == 4
    assert "no objective 'y'" in capsys.readouterr().err
    assert main(["map", folder, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["objectives"] == {"x": "minimize"}


def test_one_objective_has_no_front(declared, capsys):  # noqa: F811
    here = declared("budget.tickets=5")
    here.run()
    assert main(["top", str(here.folder), "--pareto"]) == 4
    assert "has one objective" in capsys.readouterr().err
    with pytest.raises(SpecError, match=r"archive\.replacement.*pareto needs several objectives"):
        declared("archive.replacement=pareto").run()


def test_an_objective_is_a_measure(declared):  # noqa: F811
    with pytest.raises(SpecError, match=r"objectives\.x.*maximize"):
        declared("objectives.x=up")
