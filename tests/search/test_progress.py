"""The curves read back from a log are those of the fold."""

import csv
import io

import pytest

from evo.cli import main
from evo.qd.progress import progress
from evo.store.view import open_run
from evo.verdicts import Direction
from tests.search.test_fronts import FRONTS
from tests.search.test_options import declared  # noqa: F401 - a fixture
from tests.search.test_retests import NOISY, Noisy


@pytest.mark.parametrize("settings", [("budget.tickets=80",), FRONTS, NOISY])
def test_curves_end_where_the_archives_stand(declared, settings, capsys):  # noqa: F811
    here = declared(*settings)
    here.judge = Noisy() if settings is NOISY else here.judge
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
    if settings is not NOISY:
        bests = [stand.best for stand in stands]
        assert bests == sorted(bests)
    assert main(["export", str(here.folder), "--format", "progress", "--operator", "diff"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    chosen = [stand for stand, commit in zip(stands, commits, strict=True) if commit.proposal.operator == "diff"]
    assert [(row["seq"], row["best"]) for row in rows] == [(str(each.seq), str(each.best)) for each in chosen]
    with open_run(here.folder) as view:
        assert len(list(view.commits())) == len(commits)
