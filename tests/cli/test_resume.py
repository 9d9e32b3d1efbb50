"""Going on where the log ends."""

from tests.cli.real_run import read_status


def test_resuming_a_finished_run_with_more_tickets_goes_on(finished, evo, tmp_path):
    import shutil

    runs = shutil.copytree(finished, tmp_path / "runs")
    before = read_status(evo, runs)
    result = evo("resume", "--set", "budget.tickets=10", "--runs-dir", runs)
    assert result.code == 0
    assert result.err == ""
    assert "resumed after 8 commits" in result.out
    assert f"evo top --runs-dir {runs}" in result.out
    assert "offline proposer (no model, no network: rule-based edits and textbook ideas)" in result.out
    after = read_status(evo, runs)
    assert (after["committed"], before["committed"]) == (10, 8)


def test_what_would_change_the_log_is_refused(finished, evo):
    result = evo("resume", "--set", "seed=9", "--runs-dir", finished)
    assert result.code == 1
    assert "seed: 0 -> 9" in result.err
