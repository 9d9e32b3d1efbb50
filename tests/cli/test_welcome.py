"""What to type next."""


def test_evo_alone_says_what_comes_next(evo, here, small_runs, monkeypatch):
    first = evo()
    assert first.code == 0
    assert "evo run circle_packing/26" in first.out
    monkeypatch.setenv("EVO_RUNS", str(small_runs))
    assert "The newest run is 20260101-120000-toy-3fa9" in evo().out
