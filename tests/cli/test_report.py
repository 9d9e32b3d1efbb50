"""`evo report`: a file in the run's folder, or where it is wanted."""

from evo.cli.session import REPORT


def test_a_run_tells_its_report(evo, finished):
    (run,) = finished.iterdir()
    assert (run / REPORT).read_text().startswith("<!doctype html>")
    done = evo("report", "--no-figures", "--runs-dir", finished)
    assert done.code == 0, done.err
    assert done.out == f"{run / 'report.html'}\n"
    assert "MB" in done.err


def test_where_and_which(read_two, tmp_path):
    path = tmp_path / "both.html"
    assert read_two("report", "3fa9", "b2b2", "-o", path, "--no-figures").out == f"{path}\n"
    assert "b2b2" in path.read_text()
    assert read_two("report", "nope").code == 4
