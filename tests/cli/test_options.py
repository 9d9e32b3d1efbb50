"""Arguments that all verbs share."""


def test_runs_dir_from_the_environment(evo, small_runs, monkeypatch, here):
    monkeypatch.setenv("EVO_RUNS", str(small_runs))
    assert evo("status").code == 0
    assert evo("status", "--runs-dir", here).code == 4
