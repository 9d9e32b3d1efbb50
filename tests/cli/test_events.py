"""What was done to a run beside its tickets, and remarks of one's own."""

import json

import pytest

from tests.render.small_run import write_run


@pytest.fixture
def runs(tmp_path):
    write_run(tmp_path / "20260101-120000-toy-3fa9")
    return tmp_path


def test_remarks(evo, runs):
    none = evo("events", "--runs-dir", runs)
    assert (none.code, none.out) == (0, "")
    assert "has no events" in none.err
    assert evo("events", "--note", "looks fine", "--runs-dir", runs).code == 0
    shown = evo("events", "--mark", "checked by\x1b[31m hand", "--author", "ann", "--runs-dir", runs).out
    assert [word in shown for word in ("looks fine", "checked by hand", "note", "mark", "person", "ann")] == [True] * 6
    data = json.loads(evo("events", "--json", "--runs-dir", runs).out)
    assert data["run"] == "20260101-120000-toy-3fa9"
    assert [(each["event"], each["kind"], each["data"]["text"]) for each in data["events"]] == [
        (0, "note", "looks fine"),
        (1, "mark", "checked by hand"),
    ]
    replayed = json.loads(evo("replay", "--json", "--runs-dir", runs).out)
    assert (replayed["ok"], replayed["events"]) == (True, 2)
    assert replayed["hash"] == json.loads(evo("status", "--json", "--runs-dir", runs).out)["log_hash"]


def test_a_remark_is_one_of_two(evo, runs):
    both = evo("events", "--note", "a", "--mark", "b", "--runs-dir", runs)
    assert both.code == 2
    assert "expected one of them" in both.err
    for words in (["--note", " "], ["--note", ""], ["--mark", ""], ["--note", "a", "--author", ""]):
        refused = evo("events", *words, "--runs-dir", runs)
        assert refused.code == 2, words
        assert "expected" in refused.err


def test_export_has_them_among_the_records_of_the_whole_log(evo, runs):
    evo("events", "--note", "looks fine", "--runs-dir", runs)
    lines = [json.loads(line) for line in evo("export", "--json", "--runs-dir", runs).out.splitlines()]
    assert [line.get("seq", "event") for line in lines] == [0, 1, 2, 3, 4, 5, 6, "event"]
    some = evo("export", "--json", "--operator", "seed", "--runs-dir", runs).out.splitlines()
    assert [json.loads(line)["seq"] for line in some] == [0, 1]
    assert len(evo("export", "--runs-dir", runs).out.splitlines()) == 8
    assert len(evo("export", "--format", "traces", "--runs-dir", runs).out.splitlines()) == 5
    assert len(evo("export", "--format", "progress", "--runs-dir", runs).out.splitlines()) == 8
