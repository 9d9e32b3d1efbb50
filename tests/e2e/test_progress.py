"""The curves read back from a log are those of the fold."""

import csv
import io

import pytest

from evo.cli.main import main
from evo.qd.progress import progress
from evo.records import Direction
from evo.store.reading.view import open_run
from tests.e2e.test_fronts import FRONTS
from tests.e2e.test_retests import NOISY, Noisy
from tests.e2e.test_search_options import declared  # noqa: F401 - a fixture

RESETS = ("islands.reset.every=15", "budget.tickets=80")


@pytest.mark.parametrize(
    "settings", [("budget.tickets=80",), FRONTS, NOISY, RESETS, (*FRONTS, *RESETS), (*NOISY, *RESETS)]
)
def test_curves_end_where_the_archives_stand(declared, settings, capsys):  # noqa: F811
    here = declared(*settings)
    here.judge = Noisy() if NOISY[0] in settings else here.judge
    search, commits = here.run()
    archives = search.state.archipelago.archives
    cells = sum(archive.space.size for archive in archives)
    stands = list(progress(commits, Direction.MAXIMIZE, cells))
    assert [stand.seq for stand in stands] == [commit.seq for commit in commits]
    last = stands[-1]
    assert last.filled == sum(archive.filled for archive in archives)
    assert last.coverage == last.filled / cells
    assert last.qd_score == pytest.approx(sum(archive.qd_score for archive in archives))
    assert last.best == pytest.approx(search.state.best.objective)
    assert last.evaluations == search.state.evaluations
    if NOISY[0] not in settings:
        bests = [stand.best for stand in stands]
        assert bests == sorted(bests)
    assert main(["export", str(here.folder), "--format", "progress", "--operator", "diff"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    chosen = [stand for stand, commit in zip(stands, commits, strict=True) if commit.proposal.operator == "diff"]
    assert [(row["seq"], row["best"]) for row in rows] == [(str(each.seq), str(each.best)) for each in chosen]
    with open_run(here.folder) as view:
        assert len(list(view.commits())) == len(commits)
        held = {(each.island, each.elite.program): each.elite.objective for each in view.holdings()}
    assert held == {(archive.island, each.program): each.objective for archive in archives for each in archive.elites()}
